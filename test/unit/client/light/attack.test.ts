import { describe, expect, test } from "vitest";
import { attackAge } from "../../../../client/light/attack.ts";
import { Onsets } from "../../../../client/light/onsets.ts";
import { renderDemoSong } from "../../../../scripts/demo-song/score.ts";
import { spectrumAt } from "../../../support/fft.ts";

const RATE = 48_000;
const SIZE = 2_048;
const FRAME = RATE / 60;

/** A chord that begins at a time in s, over a hum of this amplitude. */
function struck(at: number, hum: number): Float32Array {
  return Float32Array.from({ length: RATE }, (_, n) => {
    const time = n / RATE;
    const chord = time < at ? 0 : Math.exp(-(time - at) * 12);
    const tones = [110, 613, 1_741].reduce((sum, hertz) => sum + Math.sin(2 * Math.PI * hertz * time), 0);
    return 0.2 * chord * tones + hum * Math.sin(2 * Math.PI * 220 * time);
  });
}

/** When the beat begins, found in the sound that ends at this sample, s. */
function beginAt(samples: Float32Array, end: number): number {
  return end / RATE - attackAge(samples.subarray(end - SIZE, end), RATE);
}

describe("attackAge finds the beginning of a beat", () => {
  test.each([0, 0.02, 0.05])("to 3 ms at any time after it, over a hum of amplitude %d", (hum) => {
    const samples = struck(0.5, hum);
    for (let late = 3; late < 30; late += 1.3) {
      const found = beginAt(samples, Math.round((0.5 + late / 1_000) * RATE));
      expect(Math.abs(found - 0.5) * 1_000, `${late} ms after it`).toBeLessThan(3);
    }
  });

  test("in a real song equally on screens whose frames are at different times", () => {
    const { left } = renderDemoSong();
    /**
     * The beats that a screen finds whose frames are this many samples later: when their frames are, and when
     * the sound says they begin, s.
     */
    const beatsFrom = (offset: number) => {
      const onsets = new Onsets();
      const beats: { byFrame: number; bySound: number }[] = [];
      for (let end = 10 * RATE + offset; end < 22 * RATE; end += FRAME) {
        const middle = (end - SIZE / 2) / RATE;
        if (!onsets.add(spectrumAt(left, end - SIZE, SIZE), middle * 1_000)) continue;
        beats.push({ byFrame: middle, bySound: beginAt(left, end) });
      }
      return beats;
    };
    const [one, other] = [beatsFrom(0), beatsFrom(FRAME / 2)];
    /** The median difference between two screens of the beats that both find, ms. */
    const apart = (by: "byFrame" | "bySound") => {
      const distances = one.map((beat) => Math.min(...other.map((at) => Math.abs(at[by] - beat[by]))));
      const shared = distances.filter((distance) => distance < 0.05).sort((a, b) => a - b);
      expect(shared.length).toBeGreaterThan(15);
      return shared[shared.length >> 1]! * 1_000;
    };
    expect(apart("byFrame")).toBeGreaterThan(8);
    expect(apart("bySound")).toBeLessThan(2);
  }, 30_000);

  test("within the sound, for any sound", () => {
    for (const sound of [
      new Float32Array(SIZE),
      new Float32Array(SIZE).fill(Number.NaN),
      struck(2, 0.1).subarray(0, SIZE),
    ]) {
      const age = attackAge(sound, RATE);
      expect(age).toBeGreaterThanOrEqual(0);
      expect(age).toBeLessThanOrEqual(SIZE / RATE);
    }
  });
});
