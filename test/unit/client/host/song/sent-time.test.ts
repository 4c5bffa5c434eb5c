import { beforeEach, describe, expect, test } from "vitest";
import { SentTime } from "../../../../../client/host/song/sent-time.ts";

/** What libopus looks ahead, samples. */
const LOOKAHEAD = 312;
/** RTP time of the first sample that the graph rendered, which browsers choose at random. */
const FIRST = 4_294_000_000;
/** When the loudspeaker plays what the graph rendered at its time 0, ms. */
const ORIGIN_MS = 40;

let sent: SentTime;

beforeEach(() => {
  sent = new SentTime();
});

interface Sending {
  from?: number;
  samples?: number;
  first?: number;
  /** How much more than the frame the graph has rendered when the page learns of it, ms. */
  late?: (n: number) => number;
  origin?: (n: number) => number;
}

/** Sends so many frames, one after the other. */
function send(count: number, { from = 0, samples = 960, first = FIRST, late, origin }: Sending = {}): void {
  for (let n = 0; n < count; n++) {
    const position = from + n * samples;
    sent.add(
      { timestamp: (first + position) >>> 0, samples },
      {
        rendered: (position + samples) / 48_000 + (late?.(n) ?? 0) / 1_000,
        origin: origin?.(n) ?? ORIGIN_MS,
      },
    );
  }
}

/** When the loudspeaker plays what screens hear this far into the stream, ms. */
const playedAt = (position: number, first = FIRST) => sent.playedAt((first + position) >>> 0);

describe("SentTime", () => {
  test("knows nothing before half a second of frames", () => {
    send(24);
    expect(playedAt(0)).toBeUndefined();
    send(1, { from: 24 * 960 });
    expect(playedAt(LOOKAHEAD)).toBeCloseTo(ORIGIN_MS, 6);
  });

  test.each([
    [20, 960],
    [60, 2_880],
    [120, 5_760],
  ])("dates a sample by the end of its packet of %i ms and what the encoder looks ahead", (_, samples) => {
    send(60, { samples });
    expect(playedAt(48_000 + LOOKAHEAD)).toBeCloseTo(1_000 + ORIGIN_MS, 6);
  });

  test("counts on when RTP time wraps", () => {
    const wrapsAt = 2 ** 32 - FIRST;
    // Too few frames after the wrap to begin anew.
    send(100, { from: wrapsAt - 90 * 960 });
    expect(playedAt(wrapsAt + LOOKAHEAD)).toBeCloseTo(wrapsAt / 48 + ORIGIN_MS, 6);
  });

  test("takes no notice of most frames being learnt of late, nor of a few graph times that are old", () => {
    const late = (n: number) => (n % 10 === 0 ? -10 : n % 3 === 0 ? 0 : 30);
    send(100, { late });
    expect(playedAt(LOOKAHEAD)).toBeCloseTo(ORIGIN_MS, 6);
  });

  test("is a few ms off where the graph renders 43 ms at once", () => {
    send(500, { late: (n) => 128 / 3 - ((n * 20) % (128 / 3)) });
    expect(Math.abs(playedAt(LOOKAHEAD)! - ORIGIN_MS)).toBeLessThan(8);
  });

  test("follows a graph that has stood still within half a second, and no single odd time", () => {
    send(100);
    send(3, { from: 100 * 960, origin: () => ORIGIN_MS + 200 });
    expect(playedAt(LOOKAHEAD)).toBeCloseTo(ORIGIN_MS, 6);
    send(25, { from: 103 * 960, origin: () => ORIGIN_MS + 20 });
    expect(playedAt(LOOKAHEAD)).toBeCloseTo(ORIGIN_MS + 20, 6);
  });

  test("begins anew with the stream of another connection", () => {
    send(100);
    const other = 1_000_000_000;
    send(24, { first: other });
    expect(playedAt(0, other)).toBeUndefined();
    send(1, { from: 24 * 960, first: other });
    expect(playedAt(LOOKAHEAD, other)).toBeCloseTo(ORIGIN_MS, 6);
  });
});
