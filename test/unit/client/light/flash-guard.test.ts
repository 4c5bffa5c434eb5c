import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FlashGuard } from "../../../../client/light/flash-guard.ts";
import type { Rgb } from "../../../../client/light/photometry.ts";
import { CHANGES_ALLOWED, count, countTogether, type Frame } from "../../../support/flash-checker.ts";
import { BLACK, colour, expectSafe, guarded, RED, strobe, WHITE } from "./guarded.ts";

/** Hostile sequences of frames: any colours, each for any time, at any frame rate. */
const hostile = fc
  .array(fc.tuple(colour, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 4, max: 34 })), {
    minLength: 8,
    maxLength: 40,
  })
  .map((runs) => {
    const frames: Frame[] = [];
    let at = 0;
    for (const [rgb, length, frameMs] of runs) {
      for (let n = 0; n < length; n++) {
        at += frameMs;
        frames.push({ at, rgb });
      }
    }
    return frames;
  });

describe("the flash checker of these tests", () => {
  test("counts the flashes of a strobe, general and red", () => {
    expect(count(strobe(5, WHITE, BLACK)).general).toBeGreaterThanOrEqual(9);
    expect(count(strobe(5, WHITE, BLACK)).red).toBe(0);
    expect(count(strobe(10, RED, BLACK))).toMatchObject({ general: expect.closeTo(20, -1) });
    expect(count(strobe(10, RED, [54, 54, 255])).red).toBeGreaterThan(CHANGES_ALLOWED);
  });

  test("ignores changes that WCAG ignores", () => {
    expectSafe(count(strobe(2.5, WHITE, BLACK)));
    // Luminances 0.81 and 1.00 are too bright to count; 0.05 and 0.14 differ too little.
    expect(count(strobe(10, WHITE, [232, 232, 232])).general).toBe(0);
    expect(count(strobe(10, [63, 63, 63], [104, 104, 104])).general).toBe(0);
  });

  test("finds screens that flash alternately", () => {
    const screens = [0, 1].map((n) =>
      strobe(3, WHITE, BLACK).map(({ at }, frame, all) => ({
        at,
        rgb: all[Math.max(frame - n * 5, 0)]!.rgb,
      })),
    );
    expectSafe(count(screens[0]!));
    expect(countTogether(screens).general).toBeGreaterThan(CHANGES_ALLOWED);
  });

  test("finds violations in most hostile sequences without a guard", () => {
    const found = fc.sample(hostile, { numRuns: 200, seed: 1 }).filter((frames) => {
      const { general, red } = count(frames);
      return general > CHANGES_ALLOWED || red > CHANGES_ALLOWED;
    });
    expect(found.length).toBeGreaterThan(100);
  });
});

describe("the guard of one screen", () => {
  test("makes 10,000 hostile sequences safe", () => {
    fc.assert(
      fc.property(hostile, (frames) => expectSafe(count(guarded(frames)))),
      { numRuns: 10_000 },
    );
  }, 120_000);

  test.each([4, 5, 7.5, 10, 15, 20, 30])("makes a strobe of %d Hz safe, and still lets it flash", (hertz) => {
    for (const [on, off] of [
      [WHITE, BLACK],
      [RED, BLACK],
      [RED, [0, 0, 255]],
    ] as [Rgb, Rgb][]) {
      const frames = guarded(strobe(hertz, on, off));
      expectSafe(count(frames));
      const { general, red } = count(frames.slice(120));
      expect(Math.max(general, red)).toBeGreaterThanOrEqual(4);
    }
  });

  test("does not change a beat of up to 144 per minute", () => {
    for (const hertz of [1, 2, 2.4]) {
      const frames = strobe(hertz, WHITE, BLACK);
      expect(guarded(frames)).toEqual(frames);
    }
  });

  test("does not change light without flashes, however fast it changes", () => {
    const frames = strobe(30, [80, 80, 80], [60, 60, 60]);
    expect(guarded(frames)).toEqual(frames);
  });

  test("moves towards the wanted colour as far as the rules admit", () => {
    const guard = new FlashGuard();
    const colours = [BLACK, WHITE, BLACK, WHITE, BLACK, WHITE].map((rgb, n) => guard.allow(rgb, n * 20));
    expect(colours.slice(0, 5)).toEqual([BLACK, WHITE, BLACK, WHITE, BLACK]);
    expect(colours[5]![0]).toBeGreaterThan(80);
    expect(colours[5]![0]).toBeLessThan(100);
    expect(guard.allow(WHITE, 600)).toEqual(WHITE);
  });
});
