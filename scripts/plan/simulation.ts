import {
  CONNECTING_MAX,
  CONNECTING_MS,
  JOIN_CPU_MS,
  JOIN_JITTER,
  RETRY_FIRST_MS,
  RETRY_LONGEST_MS,
} from "./figures.ts";
import { TimeHeap } from "./time-heap.ts";

/** Joins to simulate. */
export interface Joins {
  readonly listeners: number;
  /** Time over which they come. */
  readonly minutes: number;
  readonly nodes: number;
  /** The same seed gives the same joins. A whole number. */
  readonly seed?: number;
  /** Pages that may be connecting at one node. */
  readonly connectingMax?: number;
}

/** How the joins went. A wait is from a page's first attempt to the end of its handshake, ms. */
export interface JoinResult {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly worstMs: number;
  /** Most joins that waited or were served at one node at the same time. */
  readonly longestQueue: number;
  /** How often a page was refused because a node was full. */
  readonly refusals: number;
  /** When the last page was in, after the first moment, s. */
  readonly lastInS: number;
}

/** Numbers from 0 up to 1, always the same for a seed: mulberry32, by Tommy Ettinger. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A node's handshake thread: one join after the other, in the order in which they come. */
class HandshakeQueue {
  /** When each join is done, ms, in order. */
  readonly #done: number[] = [];
  /** The first join that is not done yet, and the first whose page is still connecting. */
  #serving = 0;
  #connecting = 0;

  /** Pages that are connecting at a time. Times must not go back. */
  connectingAt(time: number): number {
    const done = this.#done;
    while (this.#connecting < done.length && done[this.#connecting]! + CONNECTING_MS <= time)
      this.#connecting++;
    return done.length - this.#connecting;
  }

  /** Adds a join. Returns when it is done, ms, and how many are in the queue with it. */
  add(time: number, serviceMs: number): { done: number; length: number } {
    const all = this.#done;
    while (this.#serving < all.length && all[this.#serving]! <= time) this.#serving++;
    const done = Math.max(time, all.at(-1) ?? 0) + serviceMs;
    all.push(done);
    return { done, length: all.length - this.#serving };
  }
}

/**
 * Simulates pages that join, event by event. They come as a Poisson process, each to a node at random, as
 * DNS or a load balancer sends them. A full node sends a page to another one, which it reaches after the wait
 * that the page's script keeps.
 */
export function simulateJoins(joins: Joins): JoinResult {
  const { listeners, minutes, nodes, seed = 1, connectingMax = CONNECTING_MAX } = joins;
  // Numbers of their own, so that the pages are the same with another number of nodes.
  const [gaps, services, places] = [mulberry32(seed), mulberry32(seed + 1), mulberry32(seed + 2)];
  const queues = Array.from({ length: nodes }, () => new HandshakeQueue());
  const meanGapMs = (minutes * 60_000) / listeners;
  const waits = new Float64Array(listeners);
  const retries = new TimeHeap<Page>();
  let [arrived, joined, longestQueue, refusals, lastIn] = [0, 0, 0, 0, 0];

  const nextGap = () => -Math.log(1 - gaps()) * meanGapMs;
  let arrival = nextGap();
  while (joined < listeners) {
    const retryAt = retries.firstTime ?? Number.POSITIVE_INFINITY;
    const isNew = arrived < listeners && arrival <= retryAt;
    const time = isNew ? arrival : retryAt;
    const page = isNew ? { since: time, node: Math.floor(places() * nodes), refused: 0 } : retries.take()!;
    if (isNew) {
      arrived++;
      arrival += nextGap();
    }
    const queue = queues[page.node]!;
    if (queue.connectingAt(time) >= connectingMax) {
      refusals++;
      const waitMs = Math.min(RETRY_FIRST_MS * 2 ** page.refused++, RETRY_LONGEST_MS);
      page.node = anotherNode(page.node, nodes, places);
      retries.add(time + waitMs * (0.75 + places() / 2), page);
      continue;
    }
    const serviceMs = JOIN_CPU_MS * (1 + JOIN_JITTER * (2 * services() - 1));
    const { done, length } = queue.add(time, serviceMs);
    waits[joined++] = done - page.since;
    longestQueue = Math.max(longestQueue, length);
    lastIn = Math.max(lastIn, done);
  }
  waits.sort();
  const percentile = (share: number) => waits[Math.ceil(share * listeners) - 1]!;
  return {
    ...{ p50Ms: percentile(0.5), p95Ms: percentile(0.95), worstMs: percentile(1) },
    ...{ longestQueue, refusals, lastInS: lastIn / 1_000 },
  };
}

/** A page that joins. */
interface Page {
  /** When it tried first, ms. */
  readonly since: number;
  /** The node at which it tries next. */
  node: number;
  /** How often it was refused. */
  refused: number;
}

/** Another node at random; the same one if it is alone. */
function anotherNode(node: number, nodes: number, random: () => number): number {
  return nodes === 1 ? node : (node + 1 + Math.floor(random() * (nodes - 1))) % nodes;
}
