import { describe, expect, test } from "vitest";
import { BarCount } from "../../../../../../client/host/wall/scenes/bar-count.ts";

/** How far a bar has come at a time, ms. Bars of 1.6 s begin at 0. */
const bars = (at: number) => (at % 1_600) / 1_600;
const noBars = () => undefined;

/** The times at which the count becomes another one, looked at every 50 ms. */
function changes(inBar: (at: number) => number | undefined, from: number, until: number): number[] {
  const count = new BarCount();
  let last = 0;
  return Array.from({ length: (until - from) / 50 }, (_, n) => from + n * 50).filter((at) => {
    const before = last;
    last = count.advance(at, inBar(at));
    return last !== before;
  });
}

describe("bars are counted", () => {
  test("where they begin, by the beats that are known", () => {
    expect(changes(bars, 700, 7_000)).toEqual([1_600, 3_200, 4_800, 6_400]);
  });

  test("every two seconds where no beats are known", () => {
    expect(changes(noBars, 700, 7_000)).toEqual([2_700, 4_700, 6_700]);
  });

  test("once each, also if the beats are estimated anew and move back a little", () => {
    const moved = (at: number) => bars(at < 2_000 ? at : at - 60);
    expect(changes(moved, 700, 5_000)).toEqual([1_600, 3_300, 4_900]);
  });

  test("from none after a reset", () => {
    const count = new BarCount();
    count.advance(0, undefined);
    expect(count.advance(2_000, undefined)).toBe(1);
    count.reset();
    expect(count.advance(2_001, undefined)).toBe(0);
  });
});
