import { expect, test } from "vitest";
import { SpectrumAnalyser } from "../../../../client/light/spectrum-analyser.ts";
import { analyse, tone } from "./spectrum.ts";

const SIZE = 2_048;

function spectrumOf(ring: Float32Array, end: number): Float32Array {
  const spectrum = new Float32Array(SIZE / 2);
  new SpectrumAnalyser(SIZE).analyse(ring, end, spectrum);
  return spectrum;
}

/** Noise that is the same at every run: a linear congruential generator (Numerical Recipes, §7.1). */
function noise(length: number): Float32Array {
  let seed = 1;
  return Float32Array.from({ length }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 31 - 1;
  });
}

test.each([
  ["noise", noise(SIZE)],
  ["a tone between two bins", tone(1_000, -6)],
  ["a loud low tone with a quiet high one", tone(50, 0).map((x, n) => x + tone(15_000, -40)[n]!)],
])("the spectrum of %s is that of the Web Audio API's definition", (_, samples) => {
  const expected = analyse(samples);
  const actual = spectrumOf(samples, SIZE);
  for (let bin = 0; bin < SIZE / 2; bin++) {
    // Below -120 dB rounding of 32-bit floats decides, in browsers too.
    if (expected[bin]! > -120) expect(actual[bin]! - expected[bin]!).toBeCloseTo(0, 1);
  }
});

test("the newest samples of a ring are analysed, also across its end", () => {
  const samples = noise(SIZE);
  const ring = new Float32Array(2 * SIZE);
  const end = 5 * SIZE + 300;
  for (let n = 0; n < SIZE; n++) ring[(end - SIZE + n) % ring.length] = samples[n]!;
  expect(spectrumOf(ring, end)).toEqual(spectrumOf(samples, SIZE));
});

test("silence is minus infinity in every bin", () => {
  expect(new Set(spectrumOf(new Float32Array(SIZE), SIZE))).toEqual(new Set([Number.NEGATIVE_INFINITY]));
});
