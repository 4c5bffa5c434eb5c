import { describe, expect, test } from "vitest";
import { missedOf } from "../../../bench/light/aims.ts";
import {
  greyOf,
  lightnessOf,
  lightnessOfColour,
  lightnessOfGrey,
  luminanceOf,
} from "../../../bench/light/lightness.ts";
import { type Figures, measure, median, medians, quantile, rounded } from "../../../bench/light/metrics.ts";

const FRAMES = 60;

/** The lightness of each frame of a song, by time in s. */
function light(seconds: number, at: (time: number) => number): Float32Array {
  return Float32Array.from({ length: seconds * FRAMES }, (_, frame) => at(frame / FRAMES));
}

describe("the figures of a light", () => {
  test("are percentiles and their distance", () => {
    const ramp = measure(
      light(13, (time) => (time - 3) / 10),
      [],
    );
    expect(ramp.p5).toBeCloseTo(0.05, 2);
    expect(ramp.p95).toBeCloseTo(0.95, 2);
    expect(ramp.range).toBeCloseTo(0.9, 2);
  });

  test("leave out the first 3 s", () => {
    const late = measure(
      light(13, (time) => (time < 3 ? time % 1 : 0.5)),
      [1, 2],
    );
    expect(late).toEqual({ p5: 0.5, p95: 0.5, range: 0, travelPerS: 0, riseAtBeat: undefined, atFull: 0 });
  });

  test("travel up and down: two changes of 0.8 in a second are 1.6", () => {
    const blinking = light(103, (time) => (time % 1 < 0.5 ? 0.9 : 0.1));
    expect(measure(blinking, []).travelPerS).toBeCloseTo(1.6, 1);
  });

  test("count frames with full light", () => {
    const half = light(13, (time) => (time % 1 < 0.5 ? 0.995 : 0.985));
    expect(measure(half, []).atFull).toBeCloseTo(0.5, 2);
  });

  test("rise at a beat by the brightest after it less the darkest before it", () => {
    const beats = [1, 4, 6, 8];
    // Dark 50 ms before each beat, brightest 50 ms after it; what is further away does not count.
    const flashing = light(13, (time) => {
      const away = beats.map((beat) => time - beat).find((since) => Math.abs(since) < 0.3) ?? 1;
      if (Math.abs(away + 0.05) < 0.01) return 0.2;
      if (Math.abs(away - 0.05) < 0.01) return 0.7;
      return Math.abs(away) > 0.13 ? Math.round(time * FRAMES) % 2 : 0.4;
    });
    expect(measure(flashing, beats).riseAtBeat).toBeCloseTo(0.5, 5);
  });

  test("know falls at beats too", () => {
    const falling = light(13, (time) => 1 - time / 13);
    expect(measure(falling, [5, 6, 7]).riseAtBeat).toBeLessThan(0);
  });
});

test("a median is the middle, and undefined of nothing", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeUndefined();
  expect(quantile([0, 10], 0.25)).toBe(2.5);
});

const FIGURES: Figures = { p5: 0.05, p95: 0.95, range: 0.9, travelPerS: 3, riseAtBeat: 0.3, atFull: 0.05 };

test("songs without beats do not count for the rise at one", () => {
  const all = [FIGURES, { ...FIGURES, riseAtBeat: undefined }, { ...FIGURES, riseAtBeat: 0.2, range: 0.8 }];
  expect(medians(all).riseAtBeat).toBe(0.25);
  expect(medians(all).range).toBe(0.9);
  expect(rounded({ ...FIGURES, p5: -0.000_1 }).p5).toBe(0);
  expect(Object.is(rounded({ ...FIGURES, p5: -0.000_1 }).p5, -0)).toBe(false);
});

describe("an aim", () => {
  const ledfx = { ...FIGURES, range: 0.8 };

  test("is met by figures that reach all", () => {
    expect(missedOf("bass", { lightwall: FIGURES, ledfx })).toEqual([]);
  });

  test.each([
    ["range", { range: 0.84 }],
    ["p5", { p5: 0.11 }],
    ["riseAtBeat", { riseAtBeat: 0.27 }],
    ["atFull", { atFull: 0.09 }],
    ["travelPerS", { travelPerS: 3.6 }],
    ["riseLost", { guarded: { range: 0.9, riseAtBeat: 0.2, riseLost: 0.33 } }],
    ["guarded range", { guarded: { range: 0.8, riseAtBeat: 0.3, riseLost: 0 } }],
  ])("is missed by too bad a %s", (name, change) => {
    const missed = missedOf("bass", { lightwall: { ...FIGURES, ...change }, ledfx });
    expect(missed).toHaveLength(1);
    expect(missed[0]).toContain(`bass ${name} `);
  });

  test("is missed by less than LedFx's way has", () => {
    const better = { ...FIGURES, range: 0.95, riseAtBeat: 0.4 };
    expect(missedOf("bass", { lightwall: FIGURES, ledfx: better })).toHaveLength(2);
  });
});

describe("lightness", () => {
  test("is that of CIE 1976", () => {
    expect(lightnessOf(0)).toBe(0);
    expect(lightnessOf(1)).toBeCloseTo(1, 10);
    expect(lightnessOf(0.184_187)).toBeCloseTo(0.5, 5);
    expect(lightnessOf(0.008_856)).toBeCloseTo(0.08, 4);
    expect(lightnessOfColour([255, 0, 0])).toBeCloseTo(0.532_4, 3);
    expect(lightnessOfGrey(2)).toBeCloseTo(1, 10);
  });

  test("has an inverse", () => {
    for (const value of [0, 0.05, 0.08, 0.3, 1])
      expect(lightnessOf(luminanceOf(value))).toBeCloseTo(value, 6);
    expect(greyOf(0.5)).toEqual([119, 119, 119]);
  });
});
