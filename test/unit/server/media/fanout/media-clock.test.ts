import { beforeEach, describe, expect, test } from "vitest";
import { MediaClock } from "../../../../../server/media/fanout/media-clock.ts";

const PACKET_MS = 20;
/** One second before timestamps wrap. */
const FIRST = 2 ** 32 - 48_000;

let clock: MediaClock;

beforeEach(() => {
  clock = new MediaClock();
});

const timestampOf = (mediaMs: number) => (FIRST + Math.round(mediaMs * 48)) >>> 0;

/** Receives the packets from one media time to another (ms), each delayed by `delay(mediaMs)`. */
function receive(from: number, until: number, delay: (mediaMs: number) => number): void {
  for (let media = from; media < until; media += PACKET_MS)
    clock.addArrival(timestampOf(media), media + delay(media));
}

/** The offset of the mapping: wall-clock time minus media time, ms. */
function offsetAt(time: number): number {
  return time - ((clock.timestampAt(time)! - FIRST) | 0) / 48;
}

describe("a media clock", () => {
  test("gives no times before the first packet", () => {
    expect(clock.timestampAt(0)).toBeUndefined();
    expect(clock.takeReading(0)).toBeUndefined();
  });

  test("follows the earliest arrivals through jitter, bursts and a wrap of the timestamps", () => {
    // Every 3 s, a stall of 400 ms, after which the delayed packets arrive together.
    const stall = (media: number) => Math.max(0, 400 - (media % 3_000));
    receive(0, 9_000, (media) => 30 + ((media * 7) % 40) + stall(media));
    expect(offsetAt(9_000)).toBeGreaterThan(29.9);
    expect(offsetAt(9_000)).toBeLessThan(32);
  });

  test.each([100e-6, -100e-6])("follows a host whose clock drifts by %d", (drift) => {
    receive(0, 600_000, (media) => 10 + media * drift);
    expect(Math.abs(offsetAt(600_000) - 10 - 600_000 * drift)).toBeLessThan(1.5);
  });

  test("moves slowly when the host's network delay grows", () => {
    receive(0, 20_000, () => 10);
    let before = offsetAt(20_000);
    for (let media = 20_000; media < 60_000; media += PACKET_MS) {
      clock.addArrival(timestampOf(media), media + 90);
      const offset = offsetAt(media + 90);
      expect(Math.abs(offset - before)).toBeLessThanOrEqual(0.5);
      before = offset;
    }
    expect(before).toBeCloseTo(90, 0);
  });

  test("jumps when the host's clock stood still", () => {
    receive(0, 20_000, () => 10);
    receive(20_000, 31_000, () => 60_010);
    expect(offsetAt(91_000)).toBeCloseTo(60_010, 0);
  });

  test("keeps its mapping when the host's stream restarts", () => {
    receive(0, 20_000, () => 10);
    const before = offsetAt(25_000);
    clock.restart(25_000);
    const spliced = clock.timestampAt(25_000)!;
    clock.addArrival(spliced, 25_000);
    expect(offsetAt(25_000)).toBeCloseTo(before, 1);
  });

  test("keeps its mapping over days of timestamps that wrap", () => {
    for (let media = 0; media < 200_000_000; media += 60_000)
      clock.addArrival(timestampOf(media), media + 10);
    const media = 199_980_000;
    expect(clock.timestampAt(media + 10)).toBe(timestampOf(media));
  });

  test("gives a reading at a stream's first packet, then only after a change and an interval", () => {
    clock.addArrival(timestampOf(0), 50);
    expect(clock.takeReading(50)).toEqual({ timestamp: timestampOf(0), at: 50 });
    clock.addArrival(timestampOf(20), 50);
    expect(clock.takeReading(51)).toBeUndefined();
    expect(clock.takeReading(350)).toEqual({ timestamp: timestampOf(320), at: 350 });
    clock.restart(400);
    expect(clock.takeReading(400)).toBeDefined();
  });
});
