import { expect, it } from "vitest";
import { BandLevels } from "../../../../client/light/band-levels.ts";
import { PLAIN } from "../../../../client/light/level.ts";
import { heard, tones } from "../wall/scene/music.ts";

/** Where a tone is between the lowest band (0) and the highest (1). */
const placeOf = (hertz: number) => Math.log2(hertz / 31.25) / 9;

it("hears nothing before there is something", () => {
  const bands = new BandLevels(48_000, 2_048);
  bands.seek(500);
  expect(bands.level(0.5, 0)).toBe(0);
  expect(bands.whole(0)).toBe(0);
});

it.each([125, 1_000, 8_000])("knows a tone of %i Hz by its place", (hertz) => {
  const bands = heard(() => tones(hertz), 1_000);
  const levels = Array.from({ length: 41 }, (_, n) => bands.level(n / 40, 0));
  const loudest = levels.indexOf(Math.max(...levels)) / 40;
  expect(Math.abs(loudest - placeOf(hertz))).toBeLessThan(0.06);
  expect(levels.filter((level) => level > 0.5).length).toBeLessThan(10);
  expect(bands.whole(0)).toBeGreaterThan(0.6);
});

it("remembers a second, and nothing of what is to come", () => {
  const bands = heard((media) => tones(...(media >= 500 && media < 600 ? [1_000] : [])), 1_200);
  const level = (at: number) => bands.level(placeOf(1_000), 1_200 - at);
  expect(level(450)).toBe(0);
  expect(level(590)).toBeGreaterThan(0.6);
  expect(level(1_190)).toBeLessThan(0.1);
});

it("shows the same at the same media time, whatever the frame rate", () => {
  const music = (media: number) => tones(...(Math.floor(media / 200) % 2 ? [250, 4_000] : [1_000]));
  const [fast, slow] = [heard(music, 1_700, 1_000 / 120), heard(music, 1_700, 1_000 / 31)];
  for (let ago = 0; ago < 1_000; ago += 50) {
    for (const hertz of [250, 1_000, 4_000]) {
      const [a, b] = [fast.level(placeOf(hertz), ago), slow.level(placeOf(hertz), ago)];
      // A change is heard with the next frame, 32 ms later at most; from then on both are the same.
      if ((1_700 - ago) % 200 > 60) expect(Math.abs(a - b)).toBeLessThan(0.35);
      if ((1_700 - ago) % 200 > 150) expect(Math.abs(a - b)).toBeLessThan(0.2);
    }
  }
});

it("counts sounds as it is told", () => {
  const weights = new Float32Array(1_024).fill(1).fill(0, 0, 40);
  const told = heard(() => tones(250, 4_000), 1_000, undefined, { weights, gainDb: -20 });
  const plain = heard(() => tones(250, 4_000), 1_000);
  expect(plain.level(placeOf(250), 0)).toBeGreaterThan(0.5);
  expect(told.level(placeOf(250), 0)).toBe(0);
  expect(told.level(placeOf(4_000), 0)).toBeGreaterThan(0.2);
  expect(told.level(placeOf(4_000), 0)).toBeLessThan(0.9 * plain.level(placeOf(4_000), 0));
});

it("begins anew after a jump", () => {
  const bands = heard(() => tones(1_000), 1_000);
  bands.add(tones(), 60_000, PLAIN);
  bands.seek(60_000);
  expect(bands.level(placeOf(1_000), 0)).toBe(0);
  expect(bands.level(placeOf(1_000), 900)).toBe(0);
});
