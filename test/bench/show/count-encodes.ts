/** Loaded into the server before its own code: counts how often a `show` message is turned into JSON. */
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const path = process.env.BENCH_COUNTS;

if (isMainThread && path !== undefined) {
  const { stringify } = JSON;
  let encodes = 0;
  JSON.stringify = (value: unknown, ...rest: []) => {
    if ((value as { type?: unknown } | null)?.type === "show") encodes++;
    return stringify(value, ...rest);
  };
  process.once("exit", () => writeFileSync(path, stringify({ encodes })));
}
