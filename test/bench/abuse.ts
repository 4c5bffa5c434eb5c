/**
 * `npm run bench:abuse [-- <listeners> <seconds of a flood>]`: floods a server on loopback for about three
 * minutes, while 200 listeners receive a live wall. Measures their gaps, the time of honest joins, and
 * memory. The last line is JSON. Fails if a figure is over its limit.
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
const FLOOD_MS = Number(process.argv[3] ?? 10) * 1000;
const LIMITS = { worstGapMs: 100, joinP95Ms: 500, memoryGrowth: 0.1 };
/** Pause between two honest joins while a flood runs. */
const JOIN_PAUSE_MS = 150;
/** Listeners that join at the same time before the floods. */
const PARALLEL_JOINS = 20;
/** A listener without a packet for this long counts as lost. */
const LOST_MS = 2_000;
/**
 * How long each flood runs before memory is first measured: the allocator keeps the memory that the process
 * needed in its busiest moment, and uses it again.
 */
const WARM_UP_MS = 3_000;
/** How long the server may take to release the resources of the floods. */
const RELEASE_MS = 30_000;

/** Floods from the host's own address, as if an attacker had forged it. */
const FORGED = { replayedMedia: replay, forgedChecks: forgeChecks };
/** All floods, in the order in which they run. */
const FLOODS: readonly (FloodName | keyof typeof FORGED)[] = [
  "halfOpen",
  "wrongKeys",
  "manyWalls",
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

/** Sends the host's datagrams again, unchanged and forged. */
async function replay(time: number): Promise<void> {
  const end = performance.now() + time;
  while (performance.now() < end) {
    for (const datagram of host.relay.passed("to-server").slice(-100))
      host.relay.inject("to-server", datagram);
    host.relay.forgeLast("to-server");
    await delay(20);
  }
}

/** Sends checks from the host's address with the credentials of another peer. */
async function forgeChecks(time: number): Promise<void> {
  const stranger = await LeanListener.join(server.port, host.code, { connects: false });
  const end = performance.now() + time;
  while (performance.now() < end) {
    for (let n = 0; n < 50; n++) host.relay.inject("to-server", stranger.check());
    await delay(20);
  }
  stranger.close();
}

/** Joins the wall honestly, again and again until a flood is over. Resolves to the time of each join, ms. */
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
    await delay(JOIN_PAUSE_MS);
  }
  await flood;
  return took;
}

interface Outcome {
  /** Longest time between two packets to the same listener. */
  gapMs: number;
  /** Time of an honest join during the flood, median; null in JSON if a join failed. */
  joinP50Ms: number | null;
  /** The same, 95th percentile. */
  joinP95Ms: number | null;
}

/** Runs all floods one after the other. */
async function floodAll(eachMs: number): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const flood of FLOODS) {
    worstGap();
    const running =
      flood === "replayedMedia" || flood === "forgedChecks" ? FORGED[flood](eachMs) : run(flood, eachMs);
    const joins = (await joinDuring(running)).toSorted((a, b) => a - b);
    const quantile = (share: number) => Math.round(joins[Math.ceil(share * joins.length) - 1]!);
    outcomes[flood] = { gapMs: Math.round(worstGap()), joinP50Ms: quantile(0.5), joinP95Ms: quantile(0.95) };
    console.log(
      `${flood}: ${JSON.stringify(outcomes[flood])}, ${joins.length} joins, memory ${await memory()} MB`,
    );
  }
  return outcomes;
}

/** Resident memory of the server after a garbage collection of all threads, MB. */
async function memory(): Promise<number> {
  await inspector.heaps();
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Math.round(Number(/^lightwall_memory_bytes (\d+)/m.exec(text)?.[1]) / 2 ** 20);
}

/** The longest time between two packets to the same listener since the last call, ms. */
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
  const count = Math.min(PARALLEL_JOINS, LISTENERS - listeners.length);
  const joining = Array.from({ length: count }, () => LeanListener.join(server.port, host.code));
  listeners.push(...(await Promise.all(joining)));
}

await delay(3_000);
worstGap();
await delay(3_000);
const quiet = Math.round(worstGap());
const cold = await memory();
console.log("Warm-up:");
await floodAll(WARM_UP_MS);
await delay(RELEASE_MS);
const before = await memory();
console.log("Measurement:");
const floods = await floodAll(FLOOD_MS);
await delay(RELEASE_MS);
const after = await memory();
const lost = listeners.filter(({ silence }) => silence > LOST_MS).length;
const worst = Math.max(...Object.values(floods).map(({ gapMs }) => gapMs));
const joinP95 = Math.max(
  ...Object.values(floods).map(({ joinP95Ms }) => joinP95Ms ?? Number.POSITIVE_INFINITY),
);
const memoryGrowth = Number((after / before - 1).toFixed(3));
const missed = [
  ...(lost > 0 ? ["listenersLost"] : []),
  ...(worst > LIMITS.worstGapMs ? ["worstGapMs"] : []),
  ...(joinP95 > LIMITS.joinP95Ms ? ["joinP95Ms"] : []),
  ...(memoryGrowth > LIMITS.memoryGrowth ? ["memoryGrowth"] : []),
  ...(server.errors.length > 0 ? ["errors"] : []),
];
console.log(
  JSON.stringify({
    listeners: LISTENERS,
    /** Listeners that do not receive packets any more at the end. */
    listenersLost: lost,
    /** The greatest `gapMs` of all floods. */
    worstGapMs: worst,
    /** The greatest `joinP95Ms` of all floods. */
    joinP95Ms: joinP95,
    /** The figures of each flood (`Outcome`). */
    floods,
    /** Longest time between two packets to the same listener in three seconds without a flood. */
    quietGapMs: quiet,
    /** Resident memory before the warm-up, after it, and after all floods. */
    memoryMB: { cold, before, after },
    /** The growth from `before` to `after`, as a share of `before`. */
    memoryGrowth,
    /** Errors in the server's log. */
    errors: server.errors.length,
    /** Names of the figures over their limits. */
    missed,
  }),
);
for (const listener of listeners) listener.close();
await host.close();
await server.close();
process.exit(missed.length === 0 ? 0 : 1);
