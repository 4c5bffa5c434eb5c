import { expect, test } from "vitest";
import { Onsets } from "../../../../client/light/onsets.ts";
import { spectrumAt } from "../../../support/fft.ts";
import { randomOf } from "../../../support/random.ts";

const RATE = 48_000;
const SIZE = 2_048;

/** A sound of this many seconds, sample by sample. */
function sound(seconds: number, sample: (t: number, random: number) => number): Float32Array {
  const random = randomOf(7);
  return Float32Array.from({ length: seconds * RATE }, (_, n) => {
    return sample(n / RATE, 2 * random() - 1);
  });
}

/** When beats are found, ms; the time of a spectrum is the end of its window. */
function beatsIn(samples: Float32Array): number[] {
  const onsets = new Onsets();
  const found: number[] = [];
  for (let start = 0; start + SIZE <= samples.length; start += RATE / 60) {
    const at = ((start + SIZE) / RATE) * 1_000;
    if (onsets.add(spectrumAt(samples, start, SIZE), at)) found.push(at);
  }
  return found;
}

/** A drum every half second from the first on, over a chord and some noise. */
const drums = sound(6, (t, random) => {
  const chord = 0.05 * (Math.sin(2_765 * t) + Math.sin(3_480 * t));
  const since = t % 0.5;
  const drum = t < 0.5 ? 0 : 0.7 * Math.sin(2 * Math.PI * 70 * since) * Math.exp(-since / 0.08);
  return chord + drum + 0.005 * random;
});

test("finds every beat of a drum, and no other", () => {
  const found = beatsIn(drums).filter((at) => at > 400);
  expect(found).toHaveLength(11);
  for (const [n, at] of found.entries()) {
    expect(at - (n + 1) * 500).toBeGreaterThanOrEqual(0);
    expect(at - (n + 1) * 500).toBeLessThan(50);
  }
});

test("finds the same beats in quiet music as in loud music", () => {
  expect(beatsIn(drums.map((sample) => sample / 8)).filter((at) => at > 400)).toHaveLength(11);
});

test("finds no beat in silence, in a steady tone or in steady noise", () => {
  expect(beatsIn(sound(3, () => 0))).toEqual([]);
  expect(beatsIn(sound(3, (t) => 0.3 * Math.sin(2_000 * t)))).toEqual([]);
  expect(beatsIn(sound(3, (_, random) => 0.3 * random))).toEqual([]);
});

test("finds no two beats within the refractory time", () => {
  const rattle = beatsIn(sound(3, (t, random) => (t % 0.05 < 0.01 ? random : 0)));
  for (let n = 1; n < rattle.length; n++) expect(rattle[n]! - rattle[n - 1]!).toBeGreaterThanOrEqual(120);
});
