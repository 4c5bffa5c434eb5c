import { describe, expect, test } from "vitest";
import { JOIN_CPU_MS, JOIN_JITTER } from "../../../scripts/plan/figures.ts";
import {
  heartbeatTraffic,
  hourlyCost,
  listenerBytesPerSecond,
  listenersPerCore,
  nodeMemoryMb,
  nodesFor,
  packetTimeOf,
  payloadBytes,
  pictureTraffic,
  reportTraffic,
  soundTraffic,
  wallsFor,
} from "../../../scripts/plan/formulas.ts";
import { mulberry32, simulateJoins } from "../../../scripts/plan/simulation.ts";
import { TimeHeap } from "../../../scripts/plan/time-heap.ts";

/** No node refuses a page. */
const BOUNDLESS = 1e9;

describe("the formulas of npm run plan", () => {
  test("give a packet's sound and what a listener receives", () => {
    expect(payloadBytes(20)).toBe(320);
    expect(payloadBytes(60)).toBe(960);
    expect(listenerBytesPerSecond(20)).toBe(50 * (320 + 50) + 32);
    expect(listenerBytesPerSecond(60)).toBeCloseTo((960 + 50) / 0.06 + 32);
  });

  test("add pictures to what a listener receives, a core does and nodes exchange", () => {
    const bits = 1_150 * 8 * 100;
    expect(listenerBytesPerSecond(20, bits)).toBeCloseTo(listenerBytesPerSecond(20) + 100 * 1_200);
    // 50 packets × 6.35 µs, 100 × 10 µs.
    expect(listenersPerCore(20, bits)).toBe(Math.floor(600_000 / 1_317.5));
    expect(pictureTraffic(1, 1, bits)).toEqual({ toNats: 0, fromNats: 0 });
    expect(pictureTraffic(3, 6, 0)).toEqual({ toNats: 0, fromNats: 0 });
    expect(pictureTraffic(3, 6, bits).toNats).toBeCloseTo(700 * 1_270);
    expect(pictureTraffic(3, 6, bits).fromNats).toBeCloseTo(1_400 * 1_270);
  });

  test("choose the packet time by the size of a wall, and the fewest walls", () => {
    expect([299, 300].map(packetTimeOf)).toEqual([20, 60]);
    expect([1, 100_000, 100_001, 1_000_000].map(wallsFor)).toEqual([1, 1, 2, 10]);
  });

  test("fill 60 % of a core", () => {
    // 50 packets × 6.35 µs; 16.7 packets × 7.51 µs.
    expect(listenersPerCore(20)).toBe(Math.floor(600_000 / 317.5));
    expect(listenersPerCore(60)).toBe(Math.floor(600_000 / (7.51 / 0.06)));
  });

  test("take one node more from the first listener that does not fit", () => {
    const packetTimeMs = 60;
    const full = listenersPerCore(packetTimeMs);
    const nodes = (listeners: number, workers = 1) =>
      nodesFor({ listeners, minutes: 10, workers, packetTimeMs });
    expect([1, full, full + 1, 2 * full + 1].map((listeners) => nodes(listeners))).toEqual([1, 1, 2, 3]);
    expect(nodes(2 * full, 2)).toBe(1);
  });

  test("take more nodes if the listeners come faster than handshakes are done", () => {
    // 3,000 joins of 1.9 ms within a second are 5.7 s of work, for threads that are busy for 0.6 s.
    expect(nodesFor({ listeners: 3_000, minutes: 1 / 60, workers: 1, packetTimeMs: 60 })).toBe(10);
  });

  test("send a wall's sound to NATS once, and from there to each other node once", () => {
    expect(soundTraffic(1, 1, 20)).toEqual({ toNats: 0, fromNats: 0 });
    const toNats = 50 * (320 + 59 + 61);
    expect(soundTraffic(2, 1, 20)).toEqual({ toNats, fromNats: toNats });
    expect(soundTraffic(5, 1, 20)).toEqual({ toNats, fromNats: 4 * toNats });
    expect(soundTraffic(5, 3, 20)).toEqual({ toNats: 3 * toNats, fromNats: 12 * toNats });
  });

  test("count no listeners for what goes between nodes", () => {
    const traffic = (listeners: number) => ({
      sound: soundTraffic(4, wallsFor(listeners), packetTimeOf(listeners)),
      reports: reportTraffic(wallsFor(listeners), 4),
    });
    expect(traffic(100_000)).toEqual(traffic(1_000));
    expect(reportTraffic(1, 1).toNats).toBe(0);
    expect(reportTraffic(2, 4).toNats).toBe(2 * 3 * 1_500);
  });

  test("send signs of life from each node to all others", () => {
    expect(heartbeatTraffic(1)).toEqual({ toNats: 0, fromNats: 0 });
    expect(heartbeatTraffic(3)).toEqual({ toNats: 3 * 2 * 298, fromNats: 2 * 3 * 2 * 298 });
  });

  test("give memory with headroom, and the cost of an hour", () => {
    expect(nodeMemoryMb(0)).toBeCloseTo(160 / 0.6);
    expect(nodeMemoryMb(1_000)).toBeCloseTo((160 + 55.4) / 0.6);
    // 10⁷ bytes a second are 36 gigabytes an hour.
    expect(hourlyCost(4, 1e7, 0.5, 0.25)).toEqual({ forCores: 2, forBytes: 9, total: 11 });
  });
});

describe("simulated joins", () => {
  const saturated = { listeners: 20_000, minutes: 0.1, connectingMax: BOUNDLESS };

  test("wait for their own handshake only when they are rare", () => {
    const result = simulateJoins({ listeners: 500, minutes: 10_000, nodes: 3 });
    expect(result.worstMs).toBeGreaterThan(JOIN_CPU_MS);
    expect(result.worstMs).toBeLessThanOrEqual(JOIN_CPU_MS * (1 + JOIN_JITTER) + 1e-6);
    expect(result.p50Ms).toBeCloseTo(JOIN_CPU_MS, 0);
    expect(result).toMatchObject({ longestQueue: 1, refusals: 0 });
    expect(result.lastInS / 60).toBeGreaterThan(8_000);
  });

  test("wait for what there is too much of at a saturated node", () => {
    // 20,000 × 1.9 ms are 38 s of work; after the six seconds in which they come, 32 s of it are left.
    const result = simulateJoins({ ...saturated, nodes: 1 });
    expect(result.worstMs / 1_000).toBeCloseTo(32, 0);
    expect(result.lastInS).toBeCloseTo(38, 0);
    expect(result.longestQueue).toBeGreaterThan(16_000);
  });

  test("are the same with the same seed, and others with another one", () => {
    const options = { ...saturated, nodes: 4, connectingMax: 100 };
    expect(simulateJoins({ ...options, seed: 7 })).toEqual(simulateJoins({ ...options, seed: 7 }));
    expect(simulateJoins({ ...options, seed: 8 })).not.toEqual(simulateJoins({ ...options, seed: 7 }));
  });

  test("do not wait longer with one node more", () => {
    const results = [1, 2, 3, 4, 5, 6, 7, 8].map((nodes) => simulateJoins({ ...saturated, nodes }));
    for (const [n, more] of results.slice(1).entries()) {
      const fewer = results[n]!;
      expect(more.p50Ms).toBeLessThanOrEqual(fewer.p50Ms);
      expect(more.p95Ms).toBeLessThanOrEqual(fewer.p95Ms);
      expect(more.worstMs).toBeLessThanOrEqual(fewer.worstMs);
      expect(more.longestQueue).toBeLessThanOrEqual(fewer.longestQueue);
    }
  });

  test("that are refused come back, and all get in", () => {
    const result = simulateJoins({ ...saturated, nodes: 4, connectingMax: 100 });
    expect(result.refusals).toBeGreaterThan(0);
    // A full node has at most as many in its queue as may be connecting.
    expect(result.longestQueue).toBeLessThanOrEqual(100);
    // 250 ms is the first wait, less a quarter.
    expect(result.worstMs).toBeGreaterThan(187);
    // Each node lets 100 in within 1.06 s.
    expect(result.lastInS).toBeGreaterThan(50);
  });

  test("of a million take seconds", () => {
    const startedAt = performance.now();
    const result = simulateJoins({ listeners: 1_000_000, minutes: 10, nodes: 209 });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(result.worstMs).toBeLessThan(50);
  });
});

test("mulberry32 gives the numbers of its author's", () => {
  const random = mulberry32(1);
  expect([random(), random(), random()].map((value) => value.toFixed(6))).toEqual([
    "0.627074",
    "0.002736",
    "0.527447",
  ]);
});

test("a heap gives items back by time", () => {
  const random = mulberry32(3);
  const times = Array.from({ length: 1_000 }, () => Math.floor(random() * 300));
  const heap = new TimeHeap<number>();
  for (const time of times) heap.add(time, time);
  const taken = times.map(() => {
    expect(heap.firstTime).toBeDefined();
    return heap.take();
  });
  expect(taken).toEqual(times.toSorted((a, b) => a - b));
  expect([heap.firstTime, heap.take()]).toEqual([undefined, undefined]);
});
