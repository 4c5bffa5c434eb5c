import { describe, expect, test } from "vitest";
import { BAR_S, type Part, renderDemoSong, SECTIONS } from "../../../scripts/demo-song/score.ts";
import { noise, peak, SAMPLE_RATE } from "../../../scripts/demo-song/synth.ts";
import { encodeWav } from "../../../scripts/demo-song/wav.ts";

/** The frequency band of each part, Hz. */
const BANDS: Record<Part, [low: number, high: number]> = {
  bass: [20, 250],
  middle: [250, 2_000],
  treble: [2_000, 20_000],
};
const PARTS = Object.keys(BANDS) as Part[];
/** Length of the FFT, samples. */
const WINDOW = 8_192;

const song = renderDemoSong();

describe("the demo song", () => {
  test("lasts between 40 and 60 seconds", () => {
    const seconds = song.left.length / SAMPLE_RATE;
    expect(seconds).toBeGreaterThan(40);
    expect(seconds).toBeLessThan(60);
    expect(song.right.length).toBe(song.left.length);
  });

  test("has a peak below -1 dBFS and an RMS level above -22 dBFS", () => {
    expect(peak(song)).toBeLessThan(10 ** (-1 / 20));
    expect(rms(song.left)).toBeGreaterThan(10 ** (-22 / 20));
  });

  test("starts and ends in silence, so that a loop does not click", () => {
    for (const channel of [song.left, song.right]) {
      expect(Math.abs(channel[0]!)).toBeLessThan(1e-4);
      expect(peak({ left: channel.slice(-480), right: channel.slice(-480) })).toBeLessThan(1e-4);
    }
  });

  test("uses the same noise in every run", () => {
    const draw = () => Array.from({ length: 100 }, noise(7));
    expect(draw()).toEqual(draw());
    expect(new Set(draw()).size).toBe(100);
    for (const sample of draw()) expect(Math.abs(sample)).toBeLessThanOrEqual(1);
  });

  for (const { name, from, to, parts } of SECTIONS) {
    const [alone] = parts;
    if (alone === undefined || parts.length > 1) continue;
    test(`has 30 dB more energy in the band of the ${name} than in others while it plays alone`, () => {
      // The second half of the section: the reverberation of the part before has decayed by then.
      const energy = bandEnergy(((from + to) / 2) * BAR_S, (to - 0.25) * BAR_S);
      for (const part of PARTS.filter((part) => part !== alone)) {
        expect(decibels(energy[alone] / energy[part])).toBeGreaterThan(30);
      }
    });
  }

  test('changes from part to part within each bar of the section "turns"', () => {
    const { from, to } = SECTIONS.find((section) => section.name === "turns")!;
    for (let bar = from; bar < to; bar++) {
      const loudest = [0.25, 0.6, 0.85].map((position) => {
        const energy = bandEnergy((bar + position) * BAR_S, (bar + position + 0.1) * BAR_S);
        return PARTS.reduce((a, b) => (energy[a] > energy[b] ? a : b));
      });
      expect(loudest).toEqual(PARTS);
    }
  });

  test("has energy in every band while all parts play together", () => {
    const { from, to } = SECTIONS.find((section) => section.name === "together")!;
    const energy = bandEnergy(from * BAR_S, to * BAR_S);
    for (const part of PARTS) expect(decibels(energy.bass / energy[part])).toBeLessThan(20);
  });
});

describe("a WAV file", () => {
  test("describes its samples in the header", () => {
    const wav = encodeWav({ left: new Float32Array([0, 1]), right: new Float32Array([-1, 0.5]) });
    expect(wav.toString("latin1", 0, 4) + wav.toString("latin1", 8, 16)).toBe("RIFFWAVEfmt ");
    expect([wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt32LE(40)]).toEqual([2, SAMPLE_RATE, 8]);
    expect([44, 46, 48, 50].map((at) => wav.readInt16LE(at))).toEqual([0, -32_767, 32_767, 16_384]);
    expect(wav.length).toBe(wav.readUInt32LE(4) + 8);
  });
});

/** Energy of the left channel in each part's band, between two times in seconds. */
function bandEnergy(from: number, to: number): Record<Part, number> {
  const energy: Record<Part, number> = { bass: 0, middle: 0, treble: 0 };
  for (let at = Math.round(from * SAMPLE_RATE); at + WINDOW <= to * SAMPLE_RATE; at += WINDOW) {
    const power = spectrum(song.left.subarray(at, at + WINDOW));
    for (const part of PARTS) {
      const [low, high] = BANDS[part].map((edge) => Math.round((edge * WINDOW) / SAMPLE_RATE));
      for (let bin = low!; bin < high!; bin++) energy[part] += power[bin]!;
    }
  }
  return energy;
}

/** Power in each bin of a Hann-windowed FFT (recursive, radix 2). */
function spectrum(samples: Float32Array): number[] {
  const windowed = Array.from(
    samples,
    (x, i) => x * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / samples.length)),
  );
  const [real, imaginary] = fft(windowed);
  return real.slice(0, samples.length / 2).map((re, bin) => re ** 2 + imaginary[bin]! ** 2);
}

function fft(values: number[]): [real: number[], imaginary: number[]] {
  const half = values.length / 2;
  if (half < 1) return [[values[0]!], [0]];
  const [evenRe, evenIm] = fft(values.filter((_, i) => i % 2 === 0));
  const [oddRe, oddIm] = fft(values.filter((_, i) => i % 2 === 1));
  const real = new Array<number>(values.length);
  const imaginary = new Array<number>(values.length);
  for (let k = 0; k < half; k++) {
    const cos = Math.cos((Math.PI * k) / half);
    const sin = -Math.sin((Math.PI * k) / half);
    const re = cos * oddRe[k]! - sin * oddIm[k]!;
    const im = sin * oddRe[k]! + cos * oddIm[k]!;
    real[k] = evenRe[k]! + re;
    imaginary[k] = evenIm[k]! + im;
    real[k + half] = evenRe[k]! - re;
    imaginary[k + half] = evenIm[k]! - im;
  }
  return [real, imaginary];
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
}

function decibels(ratio: number): number {
  return 10 * Math.log10(ratio);
}
