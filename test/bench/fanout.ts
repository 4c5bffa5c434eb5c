/**
 * `npm run bench:fanout`: measures the media engine against other servers and against a program without
 * WebRTC (the floor). Prints a line of JSON for each case of each server (`Result` in case.ts), a table, and
 * one line of JSON with the ratios and limits. `--only`, `--cases`, `--payload`, `--seconds`, `--profiles`
 * and `--workers` change the plan.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Case, caseName, type Options, type Result, readCase } from "./case.ts";
import { runCase, runFloor } from "./cases.ts";
import { canPin, has } from "./programs.ts";
import { SERVERS } from "./servers.ts";

/** The cases of a run without arguments. The servers that are compared run directly one after the other. */
const PLAN: readonly [name: string, servers: readonly string[]][] = [
  ["100x50", ["lightwall", "pion", "janus", "werift"]],
  // werift cannot serve a thousand listeners on one core.
  ["300x50", ["lightwall", "werift"]],
  ["300x50v163", ["lightwall", "pion"]],
  ["1000x50", ["lightwall", "floor", "pion", "janus"]],
  ["hot", ["lightwall", "floor", "pion", "janus"]],
  ["3000x50", ["lightwall", "floor"]],
  ["3000x16.7", ["lightwall", "floor"]],
  ["1500x50", ["lightwall"]],
  ["storm", ["lightwall"]],
  ["300v163", ["lightwall", "pion", "floor"]],
];

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    cases: { type: "string" },
    payload: { type: "string", default: "320" },
    seconds: { type: "string", default: "8" },
    profiles: { type: "string" },
    workers: { type: "string", default: "1" },
  },
});

const options: Options = {
  payload: Number(values.payload),
  seconds: Number(values.seconds),
  profiles: values.profiles,
  workers: Number(values.workers),
};
if (!(options.payload >= 4 && options.payload <= 1200)) fail("--payload takes 4 to 1200 bytes.");
if (!(options.seconds > 0)) fail("--seconds takes a number above 0.");
if (!(Number.isInteger(options.workers) && options.workers >= 1)) fail("--workers takes a number from 1 on.");
if (!has("cc"))
  fail("The crowd is a C program: install a C compiler and the headers of OpenSSL (Debian: gcc libssl-dev).");
if (!canPin)
  process.stderr.write("taskset is missing: the system schedules the server and the crowd on any core.\n");
if (availableParallelism() < 2)
  process.stderr.write("This machine has one core: the server and the crowd share it.\n");

const only = values.only?.split(",");
for (const name of only ?? []) {
  if (name !== "floor" && !SERVERS[name]) fail(`No server is called ${name}.`);
}
const skipped = new Set<string>();
for (const [name, { missing }] of Object.entries(SERVERS)) {
  const reason = missing();
  if (!reason) continue;
  skipped.add(name);
  process.stdout.write(`${JSON.stringify({ server: name, skipped: reason })}\n`);
}

const results: Result[] = [];
const everyone = ["floor", ...Object.keys(SERVERS)];
const plan = values.cases?.split(",").map((name) => [name, only ?? everyone] as const) ?? PLAN;
for (const [name, servers] of plan) {
  const one = readCase(name) ?? fail(`No case is called ${name}: try 1000x50, hot or storm.`);
  for (const server of servers) {
    if (!skipped.has(server) && (only?.includes(server) ?? true)) await measure(server, one);
  }
}
process.stdout.write(`\n${table(results)}\n\n${JSON.stringify(aims(results))}\n`);

async function measure(server: string, one: Case): Promise<void> {
  try {
    const kind = SERVERS[server];
    if (kind) results.push(await runCase(server, kind, one, options));
    else if (one.kind !== "storm" && one.kind !== "both") results.push(await runFloor(one, options));
    else return; // No peer can join the floor, and it has one stream.
    process.stdout.write(`${JSON.stringify(results.at(-1))}\n`);
  } catch (error) {
    const { message } = error as Error;
    process.stdout.write(`${JSON.stringify({ server, case: caseName(one), failed: message })}\n`);
  }
}

function table(rows: readonly Result[]): string {
  const lines = rows.map((row) => [
    row.server,
    row.case,
    row.packetsPerSecond,
    row.cpuUsPerPacket ?? "",
    row.packetsPerSecondPerCore ?? "",
    `${Math.round(row.core * 100)} %`,
    row.memoryKbPerListener ?? "",
    row.joinCpuMs ?? "",
    `${row.connected}/${row.listeners}`,
    row.lost,
    `${row.crowd.bad}/${row.crowd.checked}`,
    `${row.crowd.returned}/${row.crowd.asked}`,
    row.crowd.delayP99Ms,
    row.case === "storm" ? row.crowd.worstGapMs : "",
  ]);
  const head = [
    "server", "case", "rate", "µs/packet", "packets/s/core", "core", "KB/listener", "ms/join", "connected",
    "lost", "bad", "repaired", "p99 ms", "gap ms",
  ]; // biome-ignore format: one row
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The ratios and limits of the media engine; null if this run has not measured them. */
function aims(rows: readonly Result[]): object {
  const find = (server: string, name: string) =>
    rows.find((row) => row.server === server && row.case === name);
  const cost = (server: string, name: string) => find(server, name)?.cpuUsPerPacket ?? undefined;
  const ratio = (above: number | undefined, below: number | undefined) =>
    above && below ? Number((above / below).toFixed(2)) : null;
  const own = cost("lightwall", "1000x50");
  const figures = ({ lost, memoryKbPerListener, joinCpuMs, crowd }: Result) => ({
    lost,
    p99Ms: crowd.delayP99Ms,
    memoryKbPerListener,
    joinCpuMs,
  });
  const limits = (name: string) => {
    const row = find("lightwall", name);
    return row ? figures(row) : null;
  };
  const storm = find("lightwall", "storm");
  return {
    /** CPU time per packet of another server, divided by that of the media engine. */
    weriftToOwn: ratio(cost("werift", "300x50"), cost("lightwall", "300x50")),
    janusToOwn: ratio(cost("janus", "1000x50"), own),
    pionToOwn: ratio(cost("pion", "1000x50"), own),
    /** CPU time per packet of the media engine, divided by that of the floor. */
    ownToFloor: ratio(own, cost("floor", "1000x50")),
    ownToFloorHot: ratio(cost("lightwall", "hot"), cost("floor", "hot")),
    pionToOwnHot: ratio(cost("pion", "hot"), cost("lightwall", "hot")),
    /** Loss, delay, memory and join cost of the media engine in these cases. */
    "1000x50": limits("1000x50"),
    "3000x16.7": limits("3000x16.7"),
    "1500x50": limits("1500x50"),
    /** The same for pictures of 1.5 Mb/s to 300 listeners; then the song without and with them. */
    pionToOwnPictures: ratio(cost("pion", "300v163"), cost("lightwall", "300v163")),
    ownToFloorPictures: ratio(cost("lightwall", "300v163"), cost("floor", "300v163")),
    songAlone: limits("300x50"),
    songBesidePictures: limits("300x50v163"),
    /** Listeners that are connected after a storm of joins, and the longest gap of those before it. */
    storm: storm ? { connected: storm.connected, worstGapMs: storm.crowd.worstGapMs } : null,
  };
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
