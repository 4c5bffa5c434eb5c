import { describe, expect, test } from "vitest";
import { findSound, resample } from "../../../../client/shared/match.ts";

/** A tone that swells: every wave of it looks almost like the next. */
const swelling = (rate: number, seconds: number) =>
  Float32Array.from({ length: rate * seconds }, (_, n) => {
    const time = n / rate;
    return (0.1 + time) * Math.sin(2 * Math.PI * 1_000 * time);
  });

describe("findSound", () => {
  const reference = swelling(48_000, 0.2);

  test("finds a piece to the sample, though a tone repeats itself", () => {
    const match = findSound(reference.slice(4_321, 4_321 + 1_024), reference, 0.1)!;
    expect(match).toEqual({ index: 4_321, misfit: 0 });
  });

  test("takes the nearest of places that are all the same", () => {
    const tone = Float32Array.from({ length: 9_600 }, (_, n) => Math.sin((2 * Math.PI * n) / 48));
    const { index } = findSound(tone.slice(0, 1_024), tone, 0.1)!;
    expect(Math.abs(index - (9_600 - 1_024) / 2)).toBeLessThanOrEqual(24);
    expect(index % 48).toBe(0);
  });

  test("does not take another sound for it", () => {
    const noise = Float32Array.from({ length: 1_024 }, (_, n) => Math.sin(n * n));
    expect(findSound(noise, reference, 0.1)).toBeUndefined();
  });

  test("finds no silence", () => {
    expect(findSound(new Float32Array(1_024), reference, 0.1)).toBeUndefined();
  });

  test("recognises sound that was resampled", () => {
    const piece = resample(swelling(44_100, 0.2).slice(4_410, 4_410 + 2_048), 44_100, 48_000);
    const match = findSound(piece, reference, 0.1)!;
    expect(match.index).toBe(4_800);
    expect(match.misfit).toBeLessThan(0.01);
  });
});
