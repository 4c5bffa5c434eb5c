/**
 * `npm run bench:abuse`: what three minutes of floods do to 200 listeners of a live wall, on loopback, and
 * how long an honest join takes meanwhile. The last line is JSON; fails where an aim is missed. `--
 * <listeners> <seconds a flood>` runs less of it.
 *
 * Memory is what the process has of the system after all that can be collected is; `cold` is before the
 * warm-up.
 */
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Inspector } from "../support/inspector.ts";
import { LeanHost } from "../support/lean-host.ts";
import { LeanListener } from "../support/lean-listener.ts";
import { ServerProcess } from "../support/server-process.ts";
import type { FloodName, Target } from "./floods.ts";

const LISTENERS = Number(process.argv[2] ?? 200);
const FLOOD_TIME = Number(process.argv[3] ?? 10) * 1000;
const AIMS = { worstGapMs: 100, joinP95Ms: 500, memoryGrowth: 0.1 };
/** Between two honest joins while a flood runs, ms. */
const JOIN_PAUSE = 150;
const JOINING_AT_ONCE = 20;
/** A listener that got nothing for this long is lost, ms. */
const LOST = 2_000;
/**
 * Each flood runs for so long before memory is first looked at, ms: what a process has once taken of the
 * system for its busiest moment, the allocator keeps, and does not take again.
 */
const WARM_UP = 3_000;
/** Until the server has let go of what is left of the floods, ms. */
const REST = 30_000;

/** Those that come from the host's own address, as if a stranger had forged it. */
const FORGED = { replayedMedia: replay, forgedChecks: forgeChecks };
/** Those that a worker runs, and those. */
const FLOODS: readonly (FloodName | keyof typeof FORGED)[] = [
  "halfOpen",
  "wrongKeys",
  "hoardedWalls",
  "guessedCodes",
  "unfinishedMessages",
  "badChecks",
  "clientHellos",
  "forgedMedia",
  "replayedMedia",
  "forgedChecks",
  "largeMessages",
  "fragments",
  "keyExchanges",
  "hellos",
  "nackLists",
  "ownChecks",
];

async function run(flood: FloodName, time: number): Promise<void> {
  const { port, udpPort } = server;
  const target: Target = { port, udpPort, code: host.code, time };
  const worker = new Worker(new URL("./floods.ts", import.meta.url), { workerData: { flood, target } });
  await once(worker, "exit");
}

/** Sends again, and forged, what the host has sent. */
async function replay(time: number): Promise<void> {
  const end = performance.now() + time;
  while (performance.now() < end) {
    for (const datagram of host.relay.passed("to-server").slice(-100))
      host.relay.inject("to-server", datagram);
    host.relay.forgeLast("to-server");
    await delay(20);
  }
}

/** Sends checks with a stranger's credentials as if they came from the host. */
async function forgeChecks(time: number): Promise<void> {
  const stranger = await LeanListener.join(server.port, host.code, { connects: false });
  const end = performance.now() + time;
  while (performance.now() < end) {
    for (let n = 0; n < 50; n++) host.relay.inject("to-server", stranger.check());
    await delay(20);
  }
  stranger.close();
}

/** Joins the wall as anyone would, again and again until a flood is over; how long each took, ms. */
async function joinDuring(flood: Promise<void>): Promise<number[]> {
  const took: number[] = [];
  let over = false;
  void flood.finally(() => {
    over = true;
  });
  while (!over) {
    const begun = performance.now();
    try {
      (await LeanListener.join(server.port, host.code)).close();
      took.push(performance.now() - begun);
    } catch {
      took.push(Number.POSITIVE_INFINITY);
    }
    await delay(JOIN_PAUSE);
  }
  await flood;
  return took;
}

interface Outcome {
  /** The worst gap of any listener, ms. */
  gapMs: number;
  /** Of joins meanwhile, ms; null where one failed. */
  joinP50Ms: number | null;
  joinP95Ms: number | null;
}

/** All floods in turn, each for so long, ms. */
async function floodAll(time: number): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const flood of FLOODS) {
    worstGap();
    const running =
      flood === "replayedMedia" || flood === "forgedChecks" ? FORGED[flood](time) : run(flood, time);
    const joins = (await joinDuring(running)).toSorted((a, b) => a - b);
    const quantile = (share: number) => Math.round(joins[Math.ceil(share * joins.length) - 1]!);
    outcomes[flood] = { gapMs: Math.round(worstGap()), joinP50Ms: quantile(0.5), joinP95Ms: quantile(0.95) };
    console.log(
      `${flood}: ${JSON.stringify(outcomes[flood])}, ${joins.length} joins, memory ${await memory()} MB`,
    );
  }
  return outcomes;
}

/** Resident memory of the server after all that can be collected is, MB. */
async function memory(): Promise<number> {
  await inspector.heaps();
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Math.round(Number(/^lightwall_memory_bytes (\d+)/m.exec(text)?.[1]) / 2 ** 20);
}

/** The greatest gap of any listener since the last call, ms. */
function worstGap(): number {
  const worst = Math.max(...listeners.map((listener) => listener.worstGap));
  for (const listener of listeners) listener.resetGap();
  return worst;
}

const server = await ServerProcess.start({ HOST: "127.0.0.1", NODE_OPTIONS: "--inspect=127.0.0.1:0" });
const inspector = await Inspector.connect(server.inspectorUrl);
const host = await LeanHost.start(server.port, server.udpPort);
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
console.log("Warm-up:");
await floodAll(WARM_UP);
await delay(REST);
const before = await memory();
console.log("Measurement:");
const floods = await floodAll(FLOOD_TIME);
await delay(REST);
const after = await memory();
const lost = listeners.filter(({ silence }) => silence > LOST).length;
const worst = Math.max(...Object.values(floods).map(({ gapMs }) => gapMs));
const joinP95 = Math.max(
  ...Object.values(floods).map(({ joinP95Ms }) => joinP95Ms ?? Number.POSITIVE_INFINITY),
);
const memoryGrowth = Number((after / before - 1).toFixed(3));
const missed = [
  ...(lost > 0 ? ["listenersLost"] : []),
  ...(worst > AIMS.worstGapMs ? ["worstGapMs"] : []),
  ...(joinP95 > AIMS.joinP95Ms ? ["joinP95Ms"] : []),
  ...(memoryGrowth > AIMS.memoryGrowth ? ["memoryGrowth"] : []),
  ...(server.errors.length > 0 ? ["errors"] : []),
];
console.log(
  JSON.stringify({
    listeners: LISTENERS,
    listenersLost: lost,
    worstGapMs: worst,
    joinP95Ms: joinP95,
    floods,
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
