import { expect, test } from "vitest";
import { type EarLog, paintTimes } from "../../support/watch-ear.ts";

const EMPTY: EarLog = { heard: [], beats: [], arrivals: [], paces: [], asked: [], maps: [] };

test("a moment is painted by what the page knew last before it", () => {
  const paintedAt = paintTimes({
    ...EMPTY,
    paces: [
      [48_000, 5_000, 4_000],
      // The wall delay grows by 100 ms.
      [48_000, 5_100, 6_000],
    ],
  });
  expect(paintedAt(1_500)).toBe(5_500);
  expect(paintedAt(1_950)).toBe(6_050);
  expect(paintedAt(3_000)).toBe(7_100);
});

test("RTP times wrap, media times count on", () => {
  const wrap = 2 ** 32 / 48;
  const paintedAt = paintTimes({ ...EMPTY, paces: [[2 ** 32 - 480, 1_000, 0]] });
  expect(paintedAt(wrap + 10)).toBeCloseTo(1_020, 3);
});
