/**
 * `npm run plan`: how many nodes a crowd needs, what it sends, and what that costs, by the figures of this
 * project's own benches; and how a simulated crowd joins. docs/scale.md has the formulas. The last line is
 * JSON. Options and their defaults are below.
 */
import { parseArgs } from "node:util";
import { CORE_SHARE, PRICE_CORE_HOUR, PRICE_GB } from "./plan/figures.ts";
import {
  heartbeatTraffic,
  hourlyCost,
  listenerBytesPerSecond,
  listenersPerCore,
  nodeMemoryMb,
  nodesFor,
  packetTimeOf,
  pictureTraffic,
  reportTraffic,
  soundTraffic,
  type Traffic,
  wallsFor,
} from "./plan/formulas.ts";
import { simulateJoins } from "./plan/simulation.ts";

const { values } = parseArgs({
  options: {
    listeners: { type: "string", default: "1000000" },
    /** Time in which they join. */
    minutes: { type: "string", default: "10" },
    /** Walls that they are at; by default as few as there can be. */
    walls: { type: "string" },
    /** Nodes; by default as many as are needed. */
    nodes: { type: "string" },
    /** Cores of a node. */
    cores: { type: "string", default: "2" },
    /** Media threads of a node; by default as the server's own, a core less than there are. */
    workers: { type: "string" },
    /** Kilobits a second of the picture that each listener gets; 0 for none. */
    "picture-kbps": { type: "string", default: "0" },
    /** US dollars for an hour of a core. */
    "price-core-hour": { type: "string", default: String(PRICE_CORE_HOUR) },
    /** US dollars for 10⁹ bytes that a node sends. */
    "price-gb": { type: "string", default: String(PRICE_GB) },
    seed: { type: "string", default: "1" },
  },
});

const listeners = whole("listeners", values.listeners);
const minutes = number("minutes", values.minutes);
if (minutes === 0) fail("--minutes takes a number above 0.");
const cores = whole("cores", values.cores);
const workers = whole("workers", values.workers ?? String(Math.max(1, cores - 1)));
const walls = whole("walls", values.walls ?? String(wallsFor(listeners)));
if (walls < wallsFor(listeners)) fail(`So many listeners need at least ${wallsFor(listeners)} walls.`);
const packetTimeMs = packetTimeOf(listeners / walls);
const pictureBits = number("picture-kbps", values["picture-kbps"]) * 1_000;
const needed = nodesFor({ listeners, minutes, workers, packetTimeMs, pictureBits });
const nodes = values.nodes === undefined ? needed : whole("nodes", values.nodes);
const priceCoreHour = number("price-core-hour", values["price-core-hour"]);
const priceGb = number("price-gb", values["price-gb"]);

const perNode = Math.ceil(listeners / nodes);
const capacity = listenersPerCore(packetTimeMs, pictureBits) * workers;
const bytesPerListener = listenerBytesPerSecond(packetTimeMs, pictureBits);
const memoryMb = nodeMemoryMb(perNode);
const [sound, reports] = [soundTraffic(nodes, walls, packetTimeMs), reportTraffic(walls, nodes)];
const pictures = pictureTraffic(nodes, walls, pictureBits);
const heartbeats = heartbeatTraffic(nodes);
const cost = hourlyCost(nodes * cores, listeners * bytesPerListener, priceCoreHour, priceGb);
const startedAt = performance.now();
const joins = simulateJoins({ listeners, minutes, nodes, seed: whole("seed", values.seed) });
const simulationS = (performance.now() - startedAt) / 1_000;

const percent = Math.round(CORE_SHARE * 100);
row("listeners", `${grouped(listeners)}, walls: ${grouped(walls)}, packets of ${packetTimeMs} ms`);
row(
  "a node carries",
  `${grouped(capacity)} listeners, with WORKERS=${workers} at ${percent} % of a core each`,
);
row("nodes", `${grouped(nodes)} of ${cores} cores, ${grouped(perNode)} listeners each`);
if (nodes < needed) row("", `too few: ${grouped(needed)} are needed`);
row("memory", `${grouped(memoryMb)} MB a node, ${grouped((memoryMb * nodes) / 1_000)} GB in all`);
row("bandwidth", `${bits(bytesPerListener)} a listener`);
row("", `${bits(bytesPerListener * perNode)} a node, ${bits(bytesPerListener * listeners)} in all`);
row("NATS: sound", both(sound));
if (pictureBits > 0) row("NATS: pictures", both(pictures));
row("NATS: reports", both(reports));
row("NATS: signs of life", both(heartbeats));
row(
  "cost of an hour",
  `${dollars(cost.total)}: cores ${dollars(cost.forCores)}, sent ${dollars(cost.forBytes)}`,
);
row("", `with ${priceCoreHour} US$ a core and hour, ${priceGb} US$ a gigabyte`);
row("joins", `${grouped(listeners)} in ${minutes} min, the last in after ${joins.lastInS.toFixed(1)} s`);
row("", `simulated in ${simulationS.toFixed(1)} s`);
row("wait", `${ms(joins.p50Ms)} median, ${ms(joins.p95Ms)} 95th percentile, ${ms(joins.worstMs)} worst`);
row("longest queue", `${grouped(joins.longestQueue)} at one node`);
row("refused", `${grouped(joins.refusals)} times, because a node was full`);
console.log(
  JSON.stringify({
    ...{
      listeners,
      walls,
      packetTimeMs,
      nodes,
      nodesNeeded: needed,
      cores,
      workers,
      listenersPerNode: perNode,
    },
    /** MB (10⁶ bytes) of a node; bytes a second, of which those of NATS in both directions. */
    nodeMemoryMb: Math.round(memoryMb),
    listenerBytes: Math.round(bytesPerListener),
    totalBytes: Math.round(bytesPerListener * listeners),
    nats: {
      sound: rounded(sound),
      pictures: rounded(pictures),
      reports: rounded(reports),
      heartbeats: rounded(heartbeats),
    },
    /** US dollars an hour. */
    cost: { cores: cents(cost.forCores), sent: cents(cost.forBytes), total: cents(cost.total) },
    joins: {
      ...{ p50Ms: cents(joins.p50Ms), p95Ms: cents(joins.p95Ms), worstMs: cents(joins.worstMs) },
      longestQueue: joins.longestQueue,
      refusals: joins.refusals,
    },
  }),
);

function row(name: string, text: string): void {
  console.log(`${name.padEnd(20)} ${text}`);
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function ms(value: number): string {
  return `${value < 100 ? value.toFixed(1) : grouped(value)} ms`;
}

function both({ toNats, fromNats }: Traffic): string {
  return `${bits(toNats)} to it, ${bits(fromNats)} from it`;
}

/** Bytes a second, as bits a second. */
function bits(bytes: number): string {
  const kilobits = (bytes * 8) / 1_000;
  if (kilobits < 1_000) return `${kilobits.toFixed(0)} kb/s`;
  return kilobits < 1e6 ? `${(kilobits / 1e3).toFixed(1)} Mb/s` : `${(kilobits / 1e6).toFixed(2)} Gb/s`;
}

function dollars(value: number): string {
  return `${value < 100 ? value.toFixed(2) : grouped(value)} US$`;
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}

function rounded({ toNats, fromNats }: Traffic): Traffic {
  return { toNats: Math.round(toNats), fromNats: Math.round(fromNats) };
}

function whole(name: string, text: string): number {
  const value = number(name, text);
  return Number.isInteger(value) && value > 0 ? value : fail(`--${name} takes a whole number from 1 on.`);
}

function number(name: string, text: string): number {
  const value = Number(text);
  return text !== "" && Number.isFinite(value) && value >= 0 ? value : fail(`--${name} takes a number.`);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
