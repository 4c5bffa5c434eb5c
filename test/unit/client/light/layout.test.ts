import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BANDS } from "../../../../client/light/band.ts";
import { bandOf, spotOf } from "../../../../client/light/layout.ts";
import { FIRST_SHOW, type Rule } from "../../../../server/protocol/wall.ts";
import { PATTERNS, RULES } from "../../../../server/protocol/wall-choices.ts";

const EXTENT = { x: 10, y: 5, width: 4, height: 2 };

function screenAt(x: number, y: number, id = "screen-1") {
  return { id, x: EXTENT.x + x, y: EXTENT.y + y, width: 1, height: 1, band: null, dealt: DEALT };
}

function bandAt(x: number, rule: Rule, id?: string) {
  const screen = screenAt(x, 0, id);
  return bandOf(screen, spotOf(screen, EXTENT, null), { ...FIRST_SHOW, rule });
}

/** The second lowest of four bands. */
const DEALT = { index: 1, of: 4 };

describe("spotOf", () => {
  test("counts columns from the left and rows from the bottom of the wall", () => {
    expect(spotOf(screenAt(3, 0), EXTENT, null)).toMatchObject({ column: 3, row: 1, columns: 4, rows: 2 });
    expect(spotOf(screenAt(0, 1), EXTENT, null)).toMatchObject({ column: 0, row: 0, x: 0.5, y: 1.5 });
  });

  test("measures the distance from the start of the ripple, or from the centre", () => {
    expect(spotOf(screenAt(2, 0), EXTENT, { x: 10, y: 5 }).distance).toBe(2);
    expect(spotOf(screenAt(0, 0), EXTENT, null).distance).toBeCloseTo(Math.hypot(1.5, 0.5));
  });
});

describe("bandOf", () => {
  test("gives a screen no band while the rule is that screens choose", () => {
    expect(bandAt(0, "own")).toBeUndefined();
  });

  test("deals the spectrum from low to high without a gap", () => {
    const bands = [0, 1, 2, 3].map((index) => {
      const screen = { ...screenAt(0, 0), dealt: { index, of: 4 } };
      return bandOf(screen, spotOf(screen, EXTENT, null), { ...FIRST_SHOW, rule: "snake" })!;
    });
    expect(bands[0]!.low).toBeCloseTo(31.25);
    expect(bands[3]!.high).toBeCloseTo(16_000);
    for (let n = 1; n < 4; n++) expect(bands[n]!.low).toBeCloseTo(bands[n - 1]!.high);
  });

  test("gives each column an octave", () => {
    expect([0, 1, 3].map((x) => bandAt(x, "octaves"))).toEqual([
      { low: 31.25, high: 62.5 },
      { low: 62.5, high: 125 },
      { low: 250, high: 500 },
    ]);
  });

  test("mirrors the bands from the middle", () => {
    expect(bandAt(0, "mirrored")).toEqual(bandAt(3, "mirrored"));
    expect(bandAt(1, "mirrored")).toEqual(bandAt(2, "mirrored"));
    expect(bandAt(1, "mirrored")!.low).toBeLessThan(bandAt(0, "mirrored")!.low);
  });

  test("gives all screens the same band, or each a random one that does not change", () => {
    expect(bandAt(1, "same")).toEqual(BANDS.all);
    expect(bandAt(1, "random", "one")).toEqual(bandAt(3, "random", "one"));
    const many = Array.from({ length: 40 }, (_, n) => bandAt(0, "random", `screen-${n}`)!.low);
    expect(new Set(many).size).toBeGreaterThan(5);
  });

  test("gives a screen the part of the spectrum that it is dealt, and the only one all of it", () => {
    const screen = screenAt(3, 0);
    const dealt = (index: number, of: number) =>
      bandOf({ ...screen, dealt: { index, of } }, spotOf(screen, EXTENT, null), FIRST_SHOW)!;
    expect(dealt(0, 1)).toBe(BANDS.all);
    expect(dealt(0, 2)).toEqual({ low: 31.25, high: expect.closeTo(707, 0) });
    expect(dealt(1, 2).low).toBe(dealt(0, 2).high);
    expect(dealt(1, 2).high).toBeCloseTo(16_000, 6);
  });

  test("gives a screen the band that the host has set for it, against the rule", () => {
    const screen = { ...screenAt(0, 0), band: { low: 60, high: 250 } };
    expect(bandOf(screen, spotOf(screen, EXTENT, null), { ...FIRST_SHOW, rule: "octaves" })).toBe(
      screen.band,
    );
  });

  test("gives an ordered band in the audible range for any wall", () => {
    const size = fc.integer({ min: 1, max: 16 });
    const place = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(
        fc.constantFrom(...RULES),
        fc.constantFrom(...PATTERNS),
        place,
        size,
        size,
        (rule, pattern, x, w, columns) => {
          const extent = { x: 0, y: 0, width: Math.max(x + w, columns), height: 3 };
          const screen = { id: "any-screen", x, y: 1, width: w, height: 1, band: null, dealt: DEALT };
          const band = bandOf(screen, spotOf(screen, extent, null), { ...FIRST_SHOW, rule, pattern });
          if (!band) return;
          expect(band.low).toBeGreaterThanOrEqual(20);
          expect(band.high).toBeLessThanOrEqual(20_000);
          expect(band.low).toBeLessThan(band.high);
        },
      ),
    );
  });
});
