import { describe, expect, test } from "vitest";
import { BANDS } from "../../../../client/light/band.ts";
import { article } from "../../../bench/light/article.ts";
import { cava } from "../../../bench/light/cava.ts";
import { ledfx } from "../../../bench/light/ledfx.ts";
import { lightnessOfColour } from "../../../bench/light/lightness.ts";
import { lightwall } from "../../../bench/light/lightwall.ts";
import type { Moment, Way } from "../../../bench/light/way.ts";

const FRAMES = 60;

/** Spectra that are flat, as loud as `db` says at each time in s. */
function flat(seconds: number, db: (time: number) => number): Moment[] {
  return Array.from({ length: seconds * 100 }, (_, n) => ({
    media: n * 10,
    spectrum: new Float32Array(1_024).fill(db(n / 100)),
  }));
}

const WAYS: [string, Way][] = Object.entries({ lightwall, ledfx, cava, article });

test.each(WAYS)("%s gives a lightness for each of 60 frames a second", (_, way) => {
  const lightness = way(
    flat(4, (time) => -40 - 20 * (time % 1)),
    4.5,
    BANDS.bass,
  );
  expect(lightness.length).toBe(270);
  expect(lightness.every((value) => value >= 0 && value <= 1)).toBe(true);
});

describe("LedFx's way", () => {
  test("shows a steady sound fully, whatever its loudness", () => {
    for (const db of [-30, -60]) {
      expect(
        ledfx(
          flat(5, () => db),
          5,
          BANDS.mids,
        ).at(-1),
      ).toBeGreaterThan(0.99);
    }
  });

  test("rises at once, falls within a few frames, and its maximum within seconds", () => {
    const beat = ledfx(
      flat(14, (time) => (time >= 4 && time < 5 ? -30 : -50)),
      14,
      BANDS.mids,
    );
    expect(beat[4 * FRAMES + 1]).toBeGreaterThan(0.9);
    expect(beat[5 * FRAMES + 6]).toBeLessThan(0.2);
    expect(beat[13 * FRAMES]).toBeGreaterThan(0.5);
  });
});

test("cava's way is at full a third of the time, as its sensitivity grows half as fast as it shrinks", () => {
  const full = cava(
    flat(20, () => -50),
    20,
    BANDS.mids,
  )
    .slice(5 * FRAMES)
    .filter((value) => value > 0.99);
  expect(full.length / (15 * FRAMES)).toBeGreaterThan(0.3);
});

test("the article's way paints the average byte as blue, and what is missing as red", () => {
  // -65 dB is in the middle of -100 to -30 dB: byte 127.
  const lightness = article(
    flat(3, () => -65),
    3,
    BANDS.mids,
  );
  expect(lightness.at(-1)).toBeCloseTo(lightnessOfColour([128, 0, 127]), 6);
});
