import { expect, test } from "vitest";
import { pinkNoise } from "../../../../../client/host/song/pink-noise.ts";
import { SpectrumAnalyser } from "../../../../../client/light/spectrum-analyser.ts";

const RATE = 48_000;
const SIZE = 4_096;

/** What the function needs of an audio graph. */
function context(): BaseAudioContext {
  const createBuffer = (count: number, length: number) => {
    const channels = Array.from({ length: count }, () => new Float32Array(length));
    return { numberOfChannels: count, getChannelData: (n: number) => channels[n]! };
  };
  return { sampleRate: RATE, createBuffer } as unknown as BaseAudioContext;
}

test("pink noise has the same power in every octave, 20 dB below a full-scale sine", () => {
  const samples = pinkNoise(context()).getChannelData(0);
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  expect(10 * Math.log10(2 * power)).toBeCloseTo(-20, 1);

  const analyser = new SpectrumAnalyser(SIZE);
  const spectrum = new Float32Array(SIZE / 2);
  const octaves = [125, 250, 500, 1_000, 2_000, 4_000, 8_000].map(() => 0);
  for (let end = SIZE; end <= 2 ** 18; end += SIZE) {
    const ring = new Float32Array(2 ** 18);
    ring.set(samples.subarray(0, 2 ** 18));
    analyser.analyse(ring, end, spectrum);
    spectrum.forEach((db, bin) => {
      const octave = Math.floor(Math.log2((bin * RATE) / SIZE / 125));
      if (octave in octaves) octaves[octave]! += 10 ** (db / 10);
    });
  }
  const all = octaves.map((sum) => 10 * Math.log10(sum));
  expect(Math.max(...all) - Math.min(...all)).toBeLessThan(1.5);
});
