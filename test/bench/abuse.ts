/**
 * `npm run bench:abuse`: what a minute of floods does to 200 listeners of a live wall, on loopback. The last
 * line is JSON. `-- <listeners> <seconds a flood>` runs less of it.
 */
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { LeanHost } from "../support/lean-host.ts";
import { LeanListener } from "../support/lean-listener.ts";
import { ServerProcess } from "../support/server-process.ts";
import type { FloodName, Target } from "./floods.ts";

const LISTENERS = Number(process.argv[2] ?? 200);
const FLOOD_TIME = Number(process.argv[3] ?? 10) * 1000;
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
async function replay(host: LeanHost): Promise<void> {
  const end = performance.now() + FLOOD_TIME;
  while (performance.now() < end) {
    for (const datagram of host.relay.passed("to-server").slice(-100))
      host.relay.inject("to-server", datagram);
    host.relay.forgeLast("to-server");
    await delay(20);
  }
}

async function memoryOf(server: ServerProcess): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^lightwall_memory_bytes (\d+)/m.exec(text)?.[1]);
}

const server = await ServerProcess.start({ HOST: "127.0.0.1" });
const host = await LeanHost.start(server.port, server.udpPort);
const listeners: LeanListener[] = [];
while (listeners.length < LISTENERS) {
  const count = Math.min(JOINING_AT_ONCE, LISTENERS - listeners.length);
  const joining = Array.from({ length: count }, () => LeanListener.join(server.port, host.code));
  listeners.push(...(await Promise.all(joining)));
}

/** The greatest gap of any listener since the last call, ms. */
function worstGap(): number {
  const worst = Math.max(...listeners.map((listener) => listener.worstGap));
  for (const listener of listeners) listener.resetGap();
  return worst;
}

const target = { port: server.port, udpPort: server.udpPort, code: host.code, time: FLOOD_TIME };
await delay(3_000);
worstGap();
await delay(3_000);
const quiet = worstGap();
const memoryBefore = await memoryOf(server);
const gaps: Record<string, number> = {};
for (const flood of FLOODS) {
  if (flood === "replayedMedia") await replay(host);
  else await run(flood, target);
  gaps[flood] = Math.round(worstGap());
  console.log(`${flood}: worst gap ${gaps[flood]} ms`);
}
await delay(REST);
const lost = listeners.filter(({ silence }) => silence > LOST).length;
const memoryAfter = await memoryOf(server);
console.log(
  JSON.stringify({
    listeners: LISTENERS,
    listenersLost: lost,
    worstGapMs: Math.max(...Object.values(gaps)),
    gapsMs: gaps,
    quietGapMs: Math.round(quiet),
    memoryMB: { before: Math.round(memoryBefore / 2 ** 20), after: Math.round(memoryAfter / 2 ** 20) },
    memoryGrowth: Number((memoryAfter / memoryBefore - 1).toFixed(3)),
    errors: server.errors.length,
  }),
);
for (const listener of listeners) listener.close();
await host.close();
await server.close();
process.exit(0);
