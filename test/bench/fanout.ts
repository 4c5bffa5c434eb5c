import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Case, caseName, type Options, type Result, readCase, runCase, runFloor } from "./cases.ts";
import { canPin, has } from "./programs.ts";
import { SERVERS } from "./servers.ts";

/** What a run measures when nothing is chosen. The baseline can not do a thousand listeners on a core. */
const PLAN: Readonly<Record<string, string[]>> = {
  lightwall: ["100x50", "300x50", "1000x50", "3000x50", "hot", "3000x16.7", "1500x50", "storm"],
  floor: ["100x50", "1000x50", "3000x50", "hot"],
  pion: ["100x50", "1000x50", "3000x50", "hot"],
  janus: ["100x50", "1000x50", "3000x50", "hot"],
  werift: ["100x50", "300x50", "hot"],
};

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    cases: { type: "string" },
    payload: { type: "string", default: "320" },
    seconds: { type: "string", default: "8" },
    profiles: { type: "string" },
  },
});

const options: Options = {
  payload: Number(values.payload),
  seconds: Number(values.seconds),
  profiles: values.profiles,
};
if (!(options.payload >= 4 && options.payload <= 1200)) fail("--payload takes 4 to 1200 bytes.");
if (!(options.seconds > 0)) fail("--seconds takes a number above 0.");
if (!has("cc")) fail("The crowd is a C program: install cc and OpenSSL's headers (Debian: gcc libssl-dev).");
if (!canPin) process.stderr.write("taskset is missing: server and crowd share the cores as they come.\n");
if (availableParallelism() < 2) process.stderr.write("One core only: server and crowd share it.\n");

const results: Result[] = [];
for (const server of values.only?.split(",") ?? Object.keys(PLAN)) {
  const cases = (values.cases?.split(",") ?? PLAN[server] ?? fail(`No server is called ${server}.`)).map(
    (text) => readCase(text) ?? fail(`No case is called ${text}: try 1000x50, hot or storm.`),
  );
  const reason = SERVERS[server]?.missing();
  if (reason) process.stdout.write(`${JSON.stringify({ server, skipped: reason })}\n`);
  else for (const one of cases) await measure(server, one);
}
process.stdout.write(`\n${table(results)}\n\n${JSON.stringify(aims(results))}\n`);

async function measure(server: string, one: Case): Promise<void> {
  try {
    const kind = SERVERS[server];
    if (kind) results.push(await runCase(server, kind, one, options));
    else if (one.kind !== "storm") results.push(await runFloor(one, options));
    else return;
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

/** The ratios and limits that the forwarding core is held to; null where this run has not measured them. */
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
    weriftToOwn: ratio(cost("werift", "300x50"), cost("lightwall", "300x50")),
    janusToOwn: ratio(cost("janus", "1000x50"), own),
    pionToOwn: ratio(cost("pion", "1000x50"), own),
    ownToFloor: ratio(own, cost("floor", "1000x50")),
    ownToFloorHot: ratio(cost("lightwall", "hot"), cost("floor", "hot")),
    pionToOwnHot: ratio(cost("pion", "hot"), cost("lightwall", "hot")),
    "1000x50": limits("1000x50"),
    "3000x16.7": limits("3000x16.7"),
    "1500x50": limits("1500x50"),
    storm: storm ? { connected: storm.connected, worstGapMs: storm.crowd.worstGapMs } : null,
  };
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
