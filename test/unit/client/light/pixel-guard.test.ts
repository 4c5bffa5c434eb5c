import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FlashGuard } from "../../../../client/light/flash-guard.ts";
import { FlashPhases } from "../../../../client/light/flash-phases.ts";
import { PixelGuard, Turns } from "../../../../client/light/pixel-guard.ts";
import {
  CHANGES_ALLOWED,
  count,
  countMean,
  countTogether,
  type Frame,
} from "../../../support/flash-checker.ts";

const PHASES = new FlashPhases();

type Rgb = readonly [number, number, number];
/** A film in which each pixel changes independently. */
type Film = readonly (readonly Rgb[])[];

const FRAME_MS = 1_000 / 60;

/** The pixels that the guard shows, frame by frame, with the wall's phases or those of one screen. */
function guarded(film: Film, { wall = true } = {}): Frame[][] {
  const guard = new PixelGuard(film[0]!.length);
  const turns = new Turns();
  const alone = new FlashGuard();
  const shown: Frame[][] = film[0]!.map(() => []);
  for (const [n, picture] of film.entries()) {
    const at = n * FRAME_MS;
    alone.allow(picture[0]!, at);
    const pixels = Uint8ClampedArray.from(picture.flatMap((rgb) => [...rgb, 255]));
    guard.allow(pixels, turns.next(wall ? PHASES.at(at) : alone.phase), 1);
    for (const [p, frames] of shown.entries()) {
      frames.push({ at, rgb: [pixels[4 * p]!, pixels[4 * p + 1]!, pixels[4 * p + 2]!] });
    }
  }
  return shown;
}

const byte = fc.integer({ min: 0, max: 255 });
const colour = fc.oneof(
  fc.constantFrom<Rgb>([0, 0, 0], [255, 255, 255], [255, 0, 0], [2, 0, 0], [8, 1, 1], [90, 89, 92]),
  fc.tuple(byte, byte, byte),
);
const film = fc.array(fc.tuple(colour, colour, colour), { minLength: 90, maxLength: 150 });

/** All pixels on and off at this rate, the second opposite to the others. */
function strobe(hertz: number, on: Rgb): Film {
  return Array.from({ length: 180 }, (_, n) => {
    const lit = Math.floor((n * 2 * hertz) / 60) % 2 === 0;
    const off: Rgb = [0, 0, 0];
    return [lit ? on : off, lit ? off : on, lit ? on : off];
  });
}

describe.each([true, false])("with the wall's phases: %s", (wall) => {
  test("no pixel flashes too often, and neither do all pixels together or their mean", () => {
    fc.assert(
      fc.property(film, (frames) => {
        const pixels = guarded(frames, { wall });
        for (const pixel of pixels) {
          expect(count(pixel).general).toBeLessThanOrEqual(CHANGES_ALLOWED);
          expect(count(pixel).red).toBe(0);
        }
        expect(countTogether(pixels).general).toBeLessThanOrEqual(CHANGES_ALLOWED);
        expect(countMean(pixels, [1, 2, 3]).general).toBeLessThanOrEqual(CHANGES_ALLOWED);
      }),
      { numRuns: 300, endOnFailure: true },
    );
  }, 60_000);

  test.each([4, 7, 12, 30])("a strobe of %i Hz is made safe, and still flashes", (hertz) => {
    for (const pixel of guarded(strobe(hertz, [255, 255, 255]), { wall })) {
      expect(count(pixel).general).toBeLessThanOrEqual(CHANGES_ALLOWED);
      const last = pixel.slice(-60).map(({ rgb }) => rgb[0]);
      expect(Math.max(...last) - Math.min(...last)).toBeGreaterThan(60);
    }
  });
});

test("a red strobe is shown without saturated red, but still red", () => {
  const [pixel] = guarded(strobe(5, [255, 0, 0]));
  expect(count(pixel!).red).toBe(0);
  expect(Math.max(...pixel!.map(({ rgb }) => rgb[0] - rgb[1]))).toBeGreaterThan(100);
  const raw = strobe(5, [255, 0, 0]).map(([rgb], n) => ({ at: n * FRAME_MS, rgb: rgb! }));
  expect(count(raw).red).toBeGreaterThan(CHANGES_ALLOWED);
});

test("slow changes are shown unchanged", () => {
  const slow: Film = Array.from({ length: 240 }, (_, n) => [
    [0, Math.round(60 * (1 - Math.cos(n / 60))), 90],
  ]);
  for (const [n, { rgb }] of guarded(slow)[0]!.entries()) {
    for (const [c, channel] of rgb.entries())
      expect(Math.abs(channel - slow[n]![0]![c]!)).toBeLessThanOrEqual(12);
  }
});
