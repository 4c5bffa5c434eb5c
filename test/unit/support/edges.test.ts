import { expect, test } from "vitest";
import { SpectrumAnalyser } from "../../../client/light/spectrum-analyser.ts";
import { edgesOf } from "../../support/edges.ts";

const FFT_SIZE = 2_048;
const RING_SAMPLES = 65_536;

/** The power of all bins every 10 ms, of a tone of 1 kHz that sounds between two samples. */
function pointsOf(from: number, until: number): [media: number, db: number][] {
  const analyser = new SpectrumAnalyser(FFT_SIZE);
  const sound = Float32Array.from({ length: RING_SAMPLES }, (_, n) =>
    n >= from && n < until ? 0.25 * Math.sin((2 * Math.PI * n) / 48) : 0,
  );
  return Array.from({ length: 120 }, (_, n) => {
    const spectrum = new Float32Array(FFT_SIZE / 2);
    const end = FFT_SIZE + n * 480;
    analyser.analyse(sound, end, spectrum);
    const power = spectrum.subarray(1).reduce((sum, db) => sum + 10 ** (db / 10), 0);
    return [(end - FFT_SIZE / 2) / 48, 10 * Math.log10(power + 1e-30)];
  });
}

test.for([
  [9_600, 28_800],
  [10_007, 33_333],
  [12_345, 17_145],
] as const)("a tone from sample %d to sample %d has its edges there", ([from, until]) => {
  const edges = edgesOf(pointsOf(from, until));
  expect(edges.length).toBe(2);
  expect(Math.abs(edges[0]! - from / 48)).toBeLessThan(0.5);
  expect(Math.abs(edges[1]! - until / 48)).toBeLessThan(0.5);
});
