import { describe, expect, test } from "vitest";
import { BarCount } from "../../../../../../client/host/wall/scenes/bar-count.ts";
import type { KnownBeats } from "../../../../../../client/light/light-map.ts";

/** Beats of 400 ms from time 0 on; the first one begins a bar. */
const BEATS: KnownBeats = {
  around: (at) => ({ since: at % 400, until: 400 - (at % 400), inBar: Math.floor(at / 400) % 4 }),
  upTo: () => [],
};
const NO_BEATS: KnownBeats = { around: () => undefined, upTo: () => [] };

/** The times at which the count becomes another one, looked at every 50 ms. */
function changes(beats: KnownBeats, from: number, until: number): number[] {
  const count = new BarCount();
  let last = 0;
  return Array.from({ length: (until - from) / 50 }, (_, n) => from + n * 50).filter((at) => {
    const before = last;
    last = count.advance(at, beats);
    return last !== before;
  });
}

describe("bars are counted", () => {
  test("where they begin, by the beats that are known", () => {
    expect(changes(BEATS, 700, 7_000)).toEqual([1_600, 3_200, 4_800, 6_400]);
  });

  test("every two seconds where no beats are known", () => {
    expect(changes(NO_BEATS, 700, 7_000)).toEqual([2_700, 4_700, 6_700]);
  });

  test("once each, also if the beats are estimated anew and move back a little", () => {
    const moved: KnownBeats = { ...BEATS, around: (at) => BEATS.around(at < 2_000 ? at : at - 60) };
    expect(changes(moved, 700, 5_000)).toEqual([1_600, 3_300, 4_900]);
  });

  test("from none after a reset", () => {
    const count = new BarCount();
    count.advance(0, NO_BEATS);
    expect(count.advance(2_000, NO_BEATS)).toBe(1);
    count.reset();
    expect(count.advance(2_001, NO_BEATS)).toBe(0);
  });
});
