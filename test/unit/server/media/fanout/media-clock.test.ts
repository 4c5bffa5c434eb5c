import { beforeEach, expect, test } from "vitest";
import { MediaClock } from "../../../../../server/media/fanout/media-clock.ts";

const PACKET_MS = 20;
/** Close to where timestamps wrap round. */
const FIRST = 2 ** 32 - 48_000;

let clock: MediaClock;

beforeEach(() => {
  clock = new MediaClock();
});

const timestampOf = (mediaMs: number) => (FIRST + Math.round(mediaMs * 48)) >>> 0;

/** Sends packets from one media time to another; `delay` says by how much each is late. */
function send(from: number, until: number, delay: (mediaMs: number) => number): void {
  for (let media = from; media < until; media += PACKET_MS)
    clock.take(timestampOf(media), media + delay(media));
}

/** By how much the mapping says that a media time is behind, in ms. */
function offsetAt(time: number): number {
  return time - ((clock.timestampAt(time)! - FIRST) | 0) / 48;
}

test("knows nothing before the first packet", () => {
  expect(clock.timestampAt(0)).toBeUndefined();
  expect(clock.takeNews(0)).toBeUndefined();
});

test("follows the earliest arrivals through jitter, bursts and timestamps that wrap round", () => {
  // A stall of 400 ms each 3 s whose packets then arrive together.
  const stall = (media: number) => Math.max(0, 400 - (media % 3_000));
  send(0, 9_000, (media) => 30 + ((media * 7) % 40) + stall(media));
  expect(offsetAt(9_000)).toBeGreaterThan(29.9);
  expect(offsetAt(9_000)).toBeLessThan(32);
});

test.each([100e-6, -100e-6])("follows a host whose clock is off by %d", (drift) => {
  send(0, 600_000, (media) => 10 + media * drift);
  expect(Math.abs(offsetAt(600_000) - 10 - 600_000 * drift)).toBeLessThan(1.5);
});

test("goes over to a longer way of the host slowly", () => {
  send(0, 20_000, () => 10);
  let before = offsetAt(20_000);
  for (let media = 20_000; media < 60_000; media += PACKET_MS) {
    clock.take(timestampOf(media), media + 90);
    const offset = offsetAt(media + 90);
    expect(Math.abs(offset - before)).toBeLessThanOrEqual(0.5);
    before = offset;
  }
  expect(before).toBeCloseTo(90, 0);
});

test("follows at once when the host's clock stood still", () => {
  send(0, 20_000, () => 10);
  send(20_000, 31_000, () => 60_010);
  expect(offsetAt(91_000)).toBeCloseTo(60_010, 0);
});

test("goes on where it was when the host's stream restarts", () => {
  send(0, 20_000, () => 10);
  const before = offsetAt(25_000);
  clock.restart(25_000);
  const spliced = clock.timestampAt(25_000)!;
  clock.take(spliced, 25_000);
  expect(offsetAt(25_000)).toBeCloseTo(before, 1);
});

test("keeps its relation over days", () => {
  for (let media = 0; media < 200_000_000; media += 60_000) clock.take(timestampOf(media), media + 10);
  const media = 199_980_000;
  expect(clock.timestampAt(media + 10)).toBe(timestampOf(media));
});

test("tells of the first packet at once, then of what has moved, and not too often", () => {
  clock.take(timestampOf(0), 50);
  expect(clock.takeNews(50)).toEqual({ timestamp: timestampOf(0), at: 50 });
  clock.take(timestampOf(20), 50);
  expect(clock.takeNews(51)).toBeUndefined();
  expect(clock.takeNews(350)).toEqual({ timestamp: timestampOf(320), at: 350 });
  clock.restart(400);
  expect(clock.takeNews(400)).toBeDefined();
});
