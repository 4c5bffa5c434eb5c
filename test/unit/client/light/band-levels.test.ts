import { expect, test } from "vitest";
import { BandLevels } from "../../../../client/light/band-levels.ts";
import { fixedSpans } from "../../../../client/light/level.ts";
import { heard, tones } from "../wall/look/music.ts";

/** The position of a tone between the lowest band (0) and the highest (1). */
const positionOf = (hertz: number) => Math.log2(hertz / 31.25) / 9;

test("all levels are 0 before the first spectrum", () => {
  const bands = new BandLevels(48_000, 2_048);
  bands.seek(500, fixedSpans(0));
  expect(bands.level(0.5, 0)).toBe(0);
  expect(bands.whole(0)).toBe(0);
});

test.each([125, 1_000, 8_000])("a tone of %i Hz has its level at its position only", (hertz) => {
  const bands = heard(() => tones(hertz), 1_000);
  const levels = Array.from({ length: 41 }, (_, n) => bands.level(n / 40, 0));
  const loudest = levels.indexOf(Math.max(...levels)) / 40;
  expect(Math.abs(loudest - positionOf(hertz))).toBeLessThan(0.06);
  expect(levels.filter((level) => level > 0.5).length).toBeLessThan(10);
  expect(bands.whole(0)).toBeGreaterThan(0.6);
});

test("levels go back one second, and do not include later spectra", () => {
  const bands = heard((media) => tones(...(media >= 500 && media < 600 ? [1_000] : [])), 1_200);
  const level = (at: number) => bands.level(positionOf(1_000), 1_200 - at);
  expect(level(450)).toBe(0);
  expect(level(590)).toBeGreaterThan(0.6);
  expect(level(1_190)).toBeLessThan(0.1);
});

test("the levels at a media time are nearly the same at 31 and 120 frames per second", () => {
  const music = (media: number) => tones(...(Math.floor(media / 200) % 2 ? [250, 4_000] : [1_000]));
  const [fast, slow] = [heard(music, 1_700, 1_000 / 120), heard(music, 1_700, 1_000 / 31)];
  for (let ago = 0; ago < 1_000; ago += 50) {
    for (const hertz of [250, 1_000, 4_000]) {
      const [a, b] = [fast.level(positionOf(hertz), ago), slow.level(positionOf(hertz), ago)];
      // A change is measured with the next frame, at most 32 ms later. Then both converge.
      if ((1_700 - ago) % 200 > 60) expect(Math.abs(a - b)).toBeLessThan(0.35);
      if ((1_700 - ago) % 200 > 150) expect(Math.abs(a - b)).toBeLessThan(0.2);
    }
  }
});

test("weights and spans apply to all levels", () => {
  const weights = new Float32Array(1_024).fill(1).fill(0, 0, 40);
  const weighted = heard(() => tones(250, 4_000), 1_000, undefined, {
    weights,
    spans: { spanOf: () => ({ dark: -38, bright: 2 }), riseGainAt: () => 0 },
  });
  const plain = heard(() => tones(250, 4_000), 1_000);
  expect(plain.level(positionOf(250), 0)).toBeGreaterThan(0.5);
  expect(weighted.level(positionOf(250), 0)).toBe(0);
  expect(weighted.level(positionOf(4_000), 0)).toBeGreaterThan(0.2);
  expect(weighted.level(positionOf(4_000), 0)).toBeLessThan(0.9 * plain.level(positionOf(4_000), 0));
});

test("a jump of the media time clears all levels", () => {
  const bands = heard(() => tones(1_000), 1_000);
  bands.add(tones(), 60_000);
  bands.seek(60_000, fixedSpans(0));
  expect(bands.level(positionOf(1_000), 0)).toBe(0);
  expect(bands.level(positionOf(1_000), 900)).toBe(0);
});

test("a screen that paints less than twice a second shows the same levels as a fast one", () => {
  const wholes = [10, 700].map((frameMs) => {
    const bands = new BandLevels(48_000, 2_048);
    for (let media = 0; media <= 2_100; media += 10) {
      bands.add(tones(250, 1_000, 4_000), media);
      if (media % frameMs === 0) bands.seek(media, fixedSpans(0));
    }
    return bands.whole(0);
  });
  expect(wholes[0]).toBeGreaterThan(0.5);
  expect(wholes[1]).toBeCloseTo(wholes[0]!, 3);
});
