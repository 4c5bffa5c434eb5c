import { beforeEach, expect, test } from "vitest";
import { BeatFinder } from "../../../../../client/listener/ear/beat-finder.ts";
import type { DecodedFrame } from "../../../../../client/listener/ear/decoder.ts";
import type { Gap, OrderedFrame } from "../../../../../client/listener/ear/frame-order.ts";
import { type Arrival, type Heard, Pipeline } from "../../../../../client/listener/ear/pipeline.ts";

/** CELT, 20 ms. */
const DATA = Uint8Array.of(31 << 3);
/** A song in which no two moments sound alike, with a loud beginning of a note every half second. */
const SONG = Float32Array.from(
  { length: 96_000 },
  (_, n) => Math.sin(n * n * 1e-5) * Math.exp(-(n % 24_000) / 4_000),
);

let now: number;
let heard: Heard[];
let beats: number[];
let arrivals: Arrival[];
let missing: Gap[][];
let pipeline: Pipeline;
let decoded: number[];

/** A decoder that gives the song's own sound at each position. */
function decode({ position, samples }: OrderedFrame): DecodedFrame {
  decoded.push(position);
  return { position, channels: [SONG.slice(position, position + samples)] };
}

beforeEach(() => {
  now = 0;
  [heard, beats, arrivals, missing, decoded] = [[], [], [], [], []];
  pipeline = new Pipeline({
    now: () => now,
    onHeard: (more, found) => {
      heard.push(...more);
      beats.push(...found);
    },
    onArrival: (arrival) => arrivals.push(arrival),
    onMissing: (gaps) => missing.push([...gaps]),
    onSound: () => {},
  });
});

function open(): void {
  pipeline.beatFinder = new BeatFinder();
  pipeline.decoder = { kind: "wasm", decode: (frame) => pipeline.hear(decode(frame)), close: () => {} };
}

/** Takes the frames from one to before another, in packets of 20 ms, each when it is broadcast. */
function take(from: number, to: number, without: readonly number[] = []): void {
  for (let n = from; n < to; n++) {
    now = n * 20;
    if (!without.includes(n)) pipeline.take({ timestamp: n * 960, data: DATA });
  }
}

test("each moment of the grid is heard once, in order, 10 ms apart", () => {
  open();
  take(0, 50);
  expect(heard.length).toBeGreaterThan(80);
  heard.slice(1).forEach(({ media }, n) => {
    expect(media - heard[n]!.media).toBeCloseTo(10, 6);
  });
});

test("frames that come before the decoder is loaded are decoded when it is", () => {
  take(0, 20);
  expect(decoded).toEqual([]);
  open();
  expect(decoded).toHaveLength(20);
});

test("a missing frame is waited for until its successor is due soon, and what follows is heard then", () => {
  open();
  // The wall delay is 300 ms.
  pipeline.pace = { timestamp: 0, at: 300 };
  take(0, 20, [10]);
  expect(decoded.at(-1)).toBe(9 * 960);
  const waitMs = pipeline.release()!;
  // Frame 11 is due 300 ms after 220, and decoded 40 ms before that.
  expect(now + waitMs).toBeCloseTo(220 + 300 - 40, 0);
  now += waitMs + 1;
  pipeline.release();
  expect(decoded.at(-1)).toBe(19 * 960);
});

test("a frame that comes late, but in time, is heard in its place", () => {
  open();
  pipeline.pace = { timestamp: 0, at: 300 };
  take(0, 20, [10]);
  pipeline.take({ timestamp: 10 * 960, data: DATA }, "socket");
  expect(decoded).toEqual(Array.from({ length: 20 }, (_, n) => n * 960));
});

test("missing frames are asked for once, when they have been missing for a while", () => {
  open();
  pipeline.pace = { timestamp: 0, at: 300 };
  take(0, 12, [10]);
  expect(missing).toEqual([]);
  take(12, 20);
  expect(missing).toEqual([[{ from: 9_600, to: 10_560 }]]);
});

test("every live frame is reported as it comes, with its way and its media time", () => {
  open();
  now = 7;
  pipeline.take({ timestamp: 960, data: DATA });
  pipeline.take({ timestamp: 1_920, data: DATA }, "socket");
  expect(arrivals).toEqual([
    { media: 20, durationMs: 20, at: 7, via: "udp" },
    { media: 40, durationMs: 20, at: 7, via: "socket" },
  ]);
});

const LAST_SECOND = Array.from({ length: 50 }, (_, n) => ({ timestamp: n * 960, data: DATA }));

test("the frames of the last second are all decoded while it is not known what is due", () => {
  open();
  pipeline.start(LAST_SECOND);
  expect(decoded).toHaveLength(50);
  expect(arrivals).toEqual([]);
});

test("of the frames of the last second those are decoded that are still to be painted", () => {
  open();
  now = 1_000;
  // 500 ms are painted now.
  pipeline.pace = { timestamp: 24_000, at: 1_000 };
  pipeline.start(LAST_SECOND);
  expect(decoded.at(-1)).toBe(49 * 960);
  // What is painted when the first frames are decoded is heard, and hardly anything before it.
  expect(heard[0]!.media).toBeLessThanOrEqual(520);
  expect(heard[0]!.media).toBeGreaterThan(480);
});

test("the frames of the last second fill a gap in a stream that is heard already", () => {
  open();
  pipeline.pace = { timestamp: 0, at: 300 };
  take(0, 50, [40, 41]);
  expect(decoded.at(-1)).toBe(39 * 960);
  pipeline.start(LAST_SECOND);
  expect(decoded.slice(-10)).toEqual(Array.from({ length: 10 }, (_, n) => (40 + n) * 960));
});

test("beats are found at the same media times by screens that came in at different times", () => {
  open();
  take(0, 100);
  const all = beats;
  expect(all.length).toBeGreaterThan(1);
  beats = [];
  const late = new Pipeline({
    now: () => now,
    onHeard: (_, found) => beats.push(...found),
    onArrival: () => {},
    onMissing: () => {},
    onSound: () => {},
  });
  late.beatFinder = new BeatFinder();
  late.decoder = { kind: "wasm", decode: (frame) => late.hear(decode(frame)), close: () => {} };
  for (let n = 30; n < 100; n++) late.take({ timestamp: n * 960, data: DATA });
  expect(beats.length).toBeGreaterThan(0);
  for (const beat of beats) expect(all).toContain(beat);
});
