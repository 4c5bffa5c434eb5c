import { describe, expect, test } from "vitest";
import { BANDS, binsOf, fftSizeFor } from "../../../../client/light/band.ts";
import { BandLevels } from "../../../../client/light/band-levels.ts";
import { weightsOf } from "../../../../client/light/level.ts";
import { SpectrumAnalyser } from "../../../../client/light/spectrum-analyser.ts";

/** From a telephone headset to converters that no song needs. */
const RATES_HZ = [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000];
const HIGH_RATES_HZ = [352_800, 384_000, 705_600, 768_000, 3_000_000];

describe.each([...RATES_HZ, ...HIGH_RATES_HZ])("at %i samples a second", (rate) => {
  const size = fftSizeFor(rate);

  test("an analyser is asked for a size that browsers have", () => {
    expect(Math.log2(size) % 1).toBe(0);
    // W3C Web Audio, AnalyserNode.fftSize.
    expect(size).toBeGreaterThanOrEqual(32);
    expect(size).toBeLessThanOrEqual(32_768);
    if (rate <= 768_000) expect((size / rate) * 48_000).toBeGreaterThan(2_048 / 1.5);
  });

  test("every band has bins, all weights are numbers, and a tone of 1 kHz is heard in its band", () => {
    const ring = Float32Array.from({ length: size }, (_, n) => Math.sin((2 * Math.PI * 1_000 * n) / rate));
    const spectrum = new Float32Array(size / 2);
    new SpectrumAnalyser(size).analyse(ring, size, spectrum);
    const weights = weightsOf("pink", rate, size);
    expect(weights.every((weight) => Number.isFinite(weight) && weight >= 0)).toBe(true);
    const powerIn = (band: { low: number; high: number }) => {
      const { first, end } = binsOf(band, rate, size);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(end).toBeGreaterThan(first);
      expect(end).toBeLessThanOrEqual(size / 2);
      return spectrum.subarray(first, end).reduce((sum, db) => sum + 10 ** (db / 10), 0);
    };
    for (const band of Object.values(BANDS)) powerIn(band);
    expect(powerIn({ low: 700, high: 1_400 })).toBeGreaterThan(1_000 * powerIn({ low: 2_500, high: 3_500 }));
    expect(() => new BandLevels(rate, size)).not.toThrow();
  });
});
