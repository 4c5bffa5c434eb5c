import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binsOf } from "../../../../client/light/band.ts";
import { bandOf, spotOf } from "../../../../client/light/layout.ts";
import { lagOf, levelOf, RIPPLE_MS, SWEEP_MS } from "../../../../client/light/patterns.ts";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import { PATTERNS } from "../../../../server/protocol/wall-choices.ts";
import { analyse, fixedLevel, tone } from "../light/spectrum.ts";

const EXTENT = { x: 0, y: 0, width: 4, height: 2 };
const PLACES = Array.from({ length: 8 }, (_, n) => ({
  id: `screen-${n}`,
  x: n % 4,
  y: n >> 2,
  width: 1,
  height: 1,
}));
const spotAt = (x: number, y: number) => spotOf({ x, y, width: 1, height: 1 }, EXTENT, { x: 0, y: 0 });
const quiet = { level: 0, sinceBeat: Number.POSITIVE_INFINITY, wall: 0, inBar: undefined };

describe("spectrum", () => {
  const show = { ...FIRST_SHOW, pattern: "spectrum" } as const;

  /** The levels of a 4 × 2 wall under a tone, row by row from the top. */
  function wallUnder(hertz: number, dbfs: number): number[] {
    const spectrum = analyse(tone(hertz, dbfs));
    return PLACES.map((place) => {
      const screen = { ...place, band: null, dealt: { index: 0, of: 1 } };
      const spot = spotOf(screen, EXTENT, null);
      const level = fixedLevel(spectrum, binsOf(bandOf(screen, spot, show)!, 48_000, 2_048));
      return levelOf("spectrum", spot, { ...quiet, level });
    });
  }

  test("shows a tone of 1 kHz in its column only", () => {
    const levels = wallUnder(1_000, -12);
    expect(levels.map((level) => level > 0.05)).toEqual([
      false,
      false,
      true,
      false,
      false,
      false,
      true,
      false,
    ]);
  });

  test("fills a column from below, as the tone gets louder", () => {
    const [, , soft, , , , softBelow] = wallUnder(1_000, -38);
    expect(soft).toBe(0);
    expect(softBelow).toBeGreaterThan(0.4);
    expect(wallUnder(1_000, -12)[2]).toBeGreaterThan(0.8);
  });
});

describe("ripple", () => {
  test("reaches a screen two places away after twice the time per place", () => {
    expect(lagOf("ripple", spotAt(2, 0))).toBe(2 * RIPPLE_MS);
    expect(lagOf("ripple", spotAt(0, 0))).toBe(0);
    expect(lagOf("unison", spotAt(3, 1))).toBe(0);
  });

  test("lights up with the beat, and fades", () => {
    const at = (sinceBeat: number) => levelOf("ripple", spotAt(0, 0), { ...quiet, sinceBeat });
    expect([at(-1), at(0)]).toEqual([0, 1]);
    expect(at(100)).toBeGreaterThan(at(200));
    expect(at(Number.POSITIVE_INFINITY)).toBe(0);
  });
});

describe("sweep", () => {
  test("passes over one column after another, and over all columns in its time", () => {
    const brightest = (wall: number) => {
      const levels = [0, 1, 2, 3].map((x) => levelOf("sweep", spotAt(x, 0), { ...quiet, level: 1, wall }));
      return levels.indexOf(Math.max(...levels));
    };
    expect([0.125, 0.375, 0.625, 0.875].map((part) => brightest(part * SWEEP_MS))).toEqual([0, 1, 2, 3]);
  });

  test("passes over all columns in a bar where bars are known", () => {
    const brightest = (inBar: number) => {
      const levels = [0, 1, 2, 3].map((x) => levelOf("sweep", spotAt(x, 0), { ...quiet, level: 1, inBar }));
      return levels.indexOf(Math.max(...levels));
    };
    expect([0.125, 0.375, 0.625, 0.875].map(brightest)).toEqual([0, 1, 2, 3]);
  });
});

test("patterns glow with the music where they are dark", () => {
  const spot = spotAt(0, 0);
  for (const [pattern, change] of [
    ["beat", {}],
    ["ripple", {}],
    ["sweep", { inBar: 0.5 }],
  ] as const) {
    const at = (level: number) => levelOf(pattern, spot, { ...quiet, ...change, level });
    expect(at(0), pattern).toBe(0);
    expect(at(1), pattern).toBeCloseTo(0.3);
    expect(at(0.5), pattern).toBeCloseTo(0.15);
  }
});

test("the level of every pattern is 0..1 at any time", () => {
  const level = fc.double({ min: 0, max: 1, noNaN: true });
  const since = fc.oneof(
    fc.double({ min: -500, max: 5_000, noNaN: true }),
    fc.constant(Number.POSITIVE_INFINITY),
  );
  const wall = fc.double({ min: 0, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(
      fc.constantFrom(...PATTERNS),
      fc.nat(3),
      fc.nat(1),
      level,
      since,
      wall,
      (pattern, x, y, l, s, w) => {
        const shown = levelOf(pattern, spotAt(x, y), { level: l, sinceBeat: s, wall: w, inBar: undefined });
        expect(shown).toBeGreaterThanOrEqual(0);
        expect(shown).toBeLessThanOrEqual(1);
      },
    ),
  );
});
