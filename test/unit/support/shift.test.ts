import { expect, test } from "vitest";
import { shiftBetween } from "../../support/shift.ts";

/** Frames of light that wanders, every 16.7 ms, as much later as is said. */
function frames(lateMs: number, firstMs: number) {
  return Array.from({ length: 300 }, (_, n) => {
    const at = firstMs + n * 16.7;
    const time = (at - lateMs) / 1_000;
    return { at, level: 0.5 + 0.25 * Math.sin(3 * time) + 0.25 * Math.sin(7.3 * time * time) };
  });
}

test.each([0, 60, -130])("light that is %i ms later is found to be", (late) => {
  expect(Math.abs(shiftBetween(frames(late, 1_007), frames(0, 1_000)) - late)).toBeLessThan(10);
});
