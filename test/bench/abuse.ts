/**
 * `npm run bench:abuse`: what a minute of floods does to 200 listeners of a live wall, on loopback. The last
 * line is JSON; fails where an aim is missed. `-- <listeners> <seconds a flood>` runs less of it.
 *
 * Memory is compared with what it was after a short round of the same floods: a process takes from the system what
 * its first busy moment needs and keeps most of that, so what tells of a leak is whether floods go on adding to it.
 */
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { LeanHost } from "../support/lean-host.ts";
import { LeanListener } from "../support/lean-listener.ts";
import { ServerProcess } from "../support/server-process.ts";
import type { FloodName, Target } from "./floods.ts";

const LISTENERS = Number(process.argv[2] ?? 200);
const FLOOD_TIME = Number(process.argv[3] ?? 10);
/** Of each flood, in seconds, until the server has taken from the system what it needs. */
const WARM_UP = 2;
const AIMS = { worstGapMs: 200, memoryGrowth: 0.1 };
const JOINING_AT_ONCE = 20;
/** A listener that got nothing for this long is lost, ms. */
const LOST = 2_000;
/** Until the server has let go of what is left of the floods, ms. */
const REST = 30_000;

/** Those that a worker runs, and the last, which comes from the host's own address. */
const FLOODS: readonly (FloodName | "replayedMedia")[] = [
  "halfOpen",
  "wrongKeys",
  "badChecks",
  "clientHellos",
  "forgedMedia",
  "replayedMedia",
  "largeMessages",
];

async function run(flood: FloodName, target: Target): Promise<void> {
  const worker = new Worker(new URL("./floods.ts", import.meta.url), { workerData: { flood, target } });
  await once(worker, "exit");
}

/** Sends again, and forged, what the host has sent. */
async function replay(host: LeanHost, time: number): Promise<void> {
  const end = performance.now() + time;
  while (performance.now() < end) {
    for (const datagram of host.relay.passed("to-server").slice(-100))
      host.relay.inject("to-server", datagram);
    host.relay.forgeLast("to-server");
    await delay(20);
  }
}

/** All floods in turn; the worst gap of any listener in each, ms. */
async function floodWith(seconds: number): Promise<Record<string, number>> {
  const gaps: Record<string, number> = {};
  for (const flood of FLOODS) {
    worstGap();
    if (flood === "replayedMedia") await replay(host, seconds * 1000);
    else await run(flood, { ...target, time: seconds * 1000 });
    gaps[flood] = Math.round(worstGap());
    console.log(`${flood}: worst gap ${gaps[flood]} ms, memory ${await memory()} MB`);
  }
  return gaps;
}

/** Resident memory of the server, MB. */
async function memory(): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Math.round(Number(/^lightwall_memory_bytes (\d+)/m.exec(text)?.[1]) / 2 ** 20);
}

/** The greatest gap of any listener since the last call, ms. */
function worstGap(): number {
  const worst = Math.max(...listeners.map((listener) => listener.worstGap));
  for (const listener of listeners) listener.resetGap();
  return worst;
}

const server = await ServerProcess.start({ HOST: "127.0.0.1" });
const host = await LeanHost.start(server.port, server.udpPort);
const target = { port: server.port, udpPort: server.udpPort, code: host.code };
const listeners: LeanListener[] = [];
while (listeners.length < LISTENERS) {
  const count = Math.min(JOINING_AT_ONCE, LISTENERS - listeners.length);
  const joining = Array.from({ length: count }, () => LeanListener.join(server.port, host.code));
  listeners.push(...(await Promise.all(joining)));
}

await delay(3_000);
worstGap();
await delay(3_000);
const quiet = Math.round(worstGap());
const cold = await memory();
console.log("To warm up:");
await floodWith(WARM_UP);
await delay(REST);
const before = await memory();
console.log("In earnest:");
const gaps = await floodWith(FLOOD_TIME);
await delay(REST);
const after = await memory();
const lost = listeners.filter(({ silence }) => silence > LOST).length;
const worst = Math.max(...Object.values(gaps));
const memoryGrowth = Number((after / before - 1).toFixed(3));
const missed = [
  ...(lost > 0 ? ["listenersLost"] : []),
  ...(worst > AIMS.worstGapMs ? ["worstGapMs"] : []),
  ...(memoryGrowth > AIMS.memoryGrowth ? ["memoryGrowth"] : []),
  ...(server.errors.length > 0 ? ["errors"] : []),
];
console.log(
  JSON.stringify({
    listeners: LISTENERS,
    listenersLost: lost,
    worstGapMs: worst,
    gapsMs: gaps,
    quietGapMs: quiet,
    memoryMB: { cold, before, after },
    memoryGrowth,
    errors: server.errors.length,
    missed,
  }),
);
for (const listener of listeners) listener.close();
await host.close();
await server.close();
process.exit(missed.length === 0 ? 0 : 1);
