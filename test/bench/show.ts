/**
 * `npm run bench:show`: what a message to all costs the server's main thread. One wall with 5,000 listeners
 * on WebSockets over loopback, all of them in another process. The host sends `set-show` as often as a page
 * does while its slider is dragged. Needs 5,000 file descriptors in each process. The last line is JSON.
 * `-- <listeners> <seconds>` changes the size.
 *
 * Uses the public protocol only, so that it also runs on earlier commits.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ServerProcess } from "../support/server-process.ts";
import { SignalClient } from "../support/signal-client.ts";
import { temporaryDirectory } from "../support/test-app.ts";

const LISTENERS = Number(process.argv[2] ?? 5_000);
const SECONDS = Number(process.argv[3] ?? 10);
const MESSAGES_PER_SECOND = 12;
/** From the last join to the measurement, ms: garbage is collected, the wall's file is written. */
const REST_MS = 3_000;
const IDLE_MS = 5_000;

const source = (name: string) => fileURLToPath(new URL(`show/${name}`, import.meta.url));

/** CPU time of a process's main thread, ms; the scheduler counts ns (proc_pid_schedstat in Linux's docs). */
function mainThreadMs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
}

async function until(time: number): Promise<void> {
  await delay(Math.max(0, time - performance.now()));
}

/** Resolves when the server has done all that it was asked before. */
async function settle(page: SignalClient): Promise<void> {
  page.send({ type: "ping", sent: 0 });
  await page.next("pong");
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

const folder = temporaryDirectory();
const countsPath = join(folder.path, "counts.json");
const server = await ServerProcess.start({
  NODE_OPTIONS: `--import=${source("count-encodes.ts")}`,
  BENCH_COUNTS: countsPath,
  LISTENERS_MAX: String(LISTENERS),
  SOCKETS_PER_ADDRESS: String(LISTENERS + 10),
  JOINS_PER_MINUTE: String(LISTENERS * 2),
  NETWORK_SHARE: "100",
  LOG_LEVEL: "info",
});
const pid = server.pid!;
const host = await SignalClient.connect(server.port);
host.send({ type: "open-room" });
const { code, hostKey } = await host.next("room-opened");
host.send({ type: "join", code, hostKey });
const { show } = await host.next("joined");

const crowd = spawn(
  process.execPath,
  [source("listeners.ts"), String(server.port), code, String(LISTENERS)],
  {
    stdio: ["pipe", "pipe", "inherit"],
  },
);
const lines = createInterface({ input: crowd.stdout })[Symbol.asyncIterator]();
try {
  if ((await lines.next()).value !== "joined") throw new Error("The listeners could not all join.");
  await delay(REST_MS);

  let before = mainThreadMs(pid);
  await delay(IDLE_MS);
  const idle = (mainThreadMs(pid) - before) / IDLE_MS;

  const costs: number[] = [];
  const began = performance.now();
  for (let second = 0; second < SECONDS; second++) {
    before = mainThreadMs(pid);
    const start = performance.now();
    for (let n = 0; n < MESSAGES_PER_SECOND; n++) {
      await until(start + (n * 1_000) / MESSAGES_PER_SECOND);
      const brightness = ((second * MESSAGES_PER_SECOND + n) % 100) / 100;
      host.send({ type: "set-show", show: { ...show, hand: { ...show.hand, brightness } } });
    }
    await settle(host);
    await until(start + 1_000);
    const cost = mainThreadMs(pid) - before - idle * (performance.now() - start);
    costs.push(cost / MESSAGES_PER_SECOND);
    console.log(`second ${second + 1}: ${costs.at(-1)!.toFixed(2)} ms of the main thread for each set-show`);
  }
  const seconds = (performance.now() - began) / 1_000;
  await delay(1_000);
  crowd.stdin.end();
  const received = Number((await lines.next()).value);
  host.close();
  await server.stop();
  const messages = SECONDS * MESSAGES_PER_SECOND;
  const { encodes } = JSON.parse(readFileSync(countsPath, "utf8"));
  const sorted = costs.toSorted((a, b) => a - b);
  console.log(
    JSON.stringify({
      listeners: LISTENERS,
      messages,
      seconds: round(seconds),
      received: round(received / (LISTENERS * messages), 4),
      mainThreadMsPerShow: round(sorted[sorted.length >> 1]!),
      leastMs: round(sorted[0]!),
      mostMs: round(sorted.at(-1)!),
      idleMsPerSecond: round(idle * 1_000),
      encodesPerShow: round(encodes / messages),
    }),
  );
} finally {
  crowd.kill();
  if (crowd.exitCode === null && crowd.signalCode === null) await once(crowd, "exit");
  await server.close();
  folder.remove();
}
