import { expect, test } from "vitest";
import { stretched } from "../../../../../client/listener/pace/resample.ts";

const RAMP = Float32Array.from({ length: 10 }, (_, n) => n);

test("a ramp stays a ramp that joins the next piece, whether longer or shorter", () => {
  for (const length of [8, 9, 11, 12]) {
    const sound = stretched(RAMP, length, 10);
    expect(sound).toHaveLength(length);
    for (const [n, sample] of sound.entries()) expect(sample).toBeCloseTo((n * 10) / length, 5);
  }
});

test("sound of the same length is untouched", () => {
  expect(stretched(RAMP, 10, 10)).toBe(RAMP);
});
