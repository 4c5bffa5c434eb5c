import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BANDS, type Band, binsOf, fftSizeFor, validBand } from "../../../../client/light/band.ts";

const sampleRate = fc.constantFrom(8_000, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000);
const fftSize = fc.integer({ min: 5, max: 15 }).map((exponent) => 2 ** exponent);
const anything = fc.double();
const hertz = fc.integer({ min: 0, max: 100_000 });

/** All bins whose centre is in the band, found one by one. */
function centresIn({ low, high }: Band, rate: number, size: number): number[] {
  return Array.from({ length: size / 2 }, (_, bin) => bin).filter((bin) => {
    const centre = (bin * rate) / size;
    return centre >= low && centre < high;
  });
}

describe("binsOf", () => {
  test("gives every preset the bins whose centres it contains, or else the nearest bin", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(BANDS)),
        sampleRate,
        fftSize,
        (band: Band, rate: number, size: number) => {
          const { first, end } = binsOf(band, rate, size);
          const expected = centresIn({ low: band.low, high: Math.min(band.high, rate / 2) }, rate, size);
          if (expected.length > 0) {
            expect([first, end - 1]).toEqual([expected[0], expected.at(-1)]);
          } else {
            expect(end - first).toBe(1);
            const middle = (Math.min(band.low, rate / 2) + Math.min(band.high, rate / 2)) / 2;
            const distance = Math.abs((first * rate) / size - middle);
            const last = size / 2 - 1;
            if (first < last) expect(distance).toBeLessThanOrEqual(rate / size / 2);
            else expect(middle).toBeGreaterThanOrEqual(((last - 0.5) * rate) / size);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test("gives at least one bin of the spectrum for any limits", () => {
    fc.assert(
      fc.property(anything, anything, sampleRate, fftSize, (low, high, rate, size) => {
        const { first, end } = binsOf({ low, high }, rate, size);
        expect(Number.isInteger(first) && Number.isInteger(end)).toBe(true);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThan(first);
        expect(end).toBeLessThanOrEqual(size / 2);
      }),
    );
  });

  test("gives the same bins for reversed limits", () => {
    fc.assert(
      fc.property(hertz, hertz, sampleRate, fftSize, (low, high, rate, size) => {
        expect(binsOf({ low: high, high: low }, rate, size)).toEqual(binsOf({ low, high }, rate, size));
      }),
    );
  });

  test("gives each bin to exactly one of two adjacent bands", () => {
    fc.assert(
      fc.property(hertz, hertz, hertz, sampleRate, fftSize, (a, b, c, rate, size) => {
        const [low, middle, high] = [a, b, c].map((limit) => Math.min(limit, rate / 2)).sort((x, y) => x - y);
        const lower = { low: low!, high: middle! };
        const upper = { low: middle!, high: high! };
        fc.pre(centresIn(lower, rate, size).length > 0 && centresIn(upper, rate, size).length > 0);
        expect(binsOf(lower, rate, size).end).toBe(binsOf(upper, rate, size).first);
      }),
    );
  });

  test("gives the presets their bins at 48 kHz and 2,048 samples", () => {
    expect(binsOf(BANDS.sub, 48_000, 2_048)).toEqual({ first: 1, end: 3 });
    expect(binsOf(BANDS.bass, 48_000, 2_048)).toEqual({ first: 3, end: 11 });
    expect(binsOf(BANDS.brilliance, 48_000, 2_048)).toEqual({ first: 256, end: 854 });
  });

  test("gives a band beyond the Nyquist frequency the last bin", () => {
    expect(binsOf({ low: 30_000, high: 40_000 }, 48_000, 2_048)).toEqual({ first: 1_023, end: 1_024 });
  });
});

describe("validBand", () => {
  test("keeps valid limits, and corrects others", () => {
    expect(validBand({ low: 60, high: 250 })).toEqual({ low: 60, high: 250 });
    expect(validBand({ low: 250, high: 60 })).toEqual({ low: 60, high: 250 });
    expect(validBand({ low: -5, high: 90_000 })).toEqual({ low: 20, high: 20_000 });
    expect(validBand({ low: Number.NaN, high: Number.NaN })).toEqual({ low: 20, high: 20_000 });
  });
});

describe("fftSizeFor", () => {
  test("gives a window of about 43 ms at every sample rate", () => {
    expect([8_000, 44_100, 48_000, 96_000, 192_000].map(fftSizeFor)).toEqual([
      256, 2_048, 2_048, 4_096, 8_192,
    ]);
  });
});
