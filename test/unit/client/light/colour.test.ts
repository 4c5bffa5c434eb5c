import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BANDS } from "../../../../client/light/band.ts";
import {
  colourOf,
  css,
  ownPalette,
  PALETTES,
  type PaletteName,
  paletteOf,
} from "../../../../client/light/colour.ts";
import type { Rgb } from "../../../../client/light/photometry.ts";
import type { Show } from "../../../../server/protocol/wall.ts";

const names = Object.keys(PALETTES) as PaletteName[];
const modern = names.filter((name) => name !== "classic");
/** Palettes of two colours end in colour and not in white; *dusk* begins with a glow. */
const twoColours = ["blaze", "gilt", "orchid", "candy"] as const satisfies PaletteName[];
const bright = modern.filter((name) => name !== "dusk" && !twoColours.some((other) => other === name));
/** The darkest bright end of a palette of two colours. */
const COLOUR_LUMINANCE = 0.5;

/** Relative luminance, WCAG 2.2. */
function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

describe("palettes", () => {
  test("include Classic and at least five others, with 256 colours each", () => {
    expect(modern.length).toBeGreaterThanOrEqual(5);
    for (const name of names) expect(PALETTES[name].colours, name).toHaveLength(256);
  });

  test("Classic is exactly rgb(255 − level, 0, level)", () => {
    for (let byte = 0; byte < 256; byte++) {
      expect(colourOf(PALETTES.classic, byte / 255)).toEqual([255 - byte, 0, byte]);
      expect(css([255 - byte, 0, byte])).toBe(`rgb(${255 - byte} 0 ${byte})`);
    }
  });

  test.each(bright)("%s goes from black to bright without getting darker", (name) => {
    const luminances = PALETTES[name].colours.map(luminance);
    expect(luminances[0]).toBe(0);
    expect(luminances[255]).toBeGreaterThan(0.8);
    for (let step = 1; step < 256; step++) {
      expect(luminances[step], `step ${step}`).toBeGreaterThanOrEqual(luminances[step - 1]!);
    }
  });

  test.each(twoColours)("%s has another colour for high bands, and neither gets darker", (name) => {
    const halves = [{ low: 60, high: 120 }, BANDS.brilliance].map((band) => PALETTES[name].of!(band));
    for (const { colours } of halves) {
      const luminances = colours.map(luminance);
      expect(luminances[0]).toBe(0);
      expect(luminances[255]).toBeGreaterThan(COLOUR_LUMINANCE);
      for (let step = 1; step < 256; step++) {
        // Rounding to bytes may darken a step by less than anyone can see.
        expect(luminances[step], `step ${step}`).toBeGreaterThan(luminances[step - 1]! - 0.001);
      }
    }
    const [low, high] = halves.map((half) => colourOf(half, 0.6)) as [Rgb, Rgb];
    expect(Math.max(...low.map((byte, n) => Math.abs(byte - high[n]!)))).toBeGreaterThan(100);
  });

  test.each(twoColours)("%s gives neighbours different colours where all show the whole spectrum", (name) => {
    const at = (column: number, row: number) => PALETTES[name].of!(BANDS.all, { column, row });
    expect(at(0, 0)).not.toBe(at(1, 0));
    expect(at(0, 0)).not.toBe(at(0, 1));
    expect(at(0, 0)).toBe(at(1, 1));
  });

  test("hues that drift come back, change slowly, and stay near their own", () => {
    const at = (seconds: number) => colourOf(PALETTES.dusk.at!(seconds * 1_000), 0.7);
    const apart = (a: Rgb, b: Rgb) => Math.max(...a.map((byte, n) => Math.abs(byte - b[n]!)));
    expect(at(0)).toEqual(at(150));
    expect(apart(at(0), at(37))).toBeGreaterThan(20);
    for (let seconds = 0; seconds < 150; seconds += 0.5) {
      expect(apart(at(seconds), at(seconds + 0.5)), `at ${seconds} s`).toBeLessThan(24);
      expect(apart(at(0), at(seconds))).toBeLessThan(120);
    }
  });

  test("have integer channels from 0 to 255", () => {
    for (const name of names) {
      const channels = PALETTES[name].colours.flat();
      expect(channels.filter((value) => !Number.isInteger(value) || value < 0 || value > 255)).toEqual([]);
    }
  });
});

describe("ownPalette", () => {
  const bytes = (colour: string): Rgb =>
    [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as never;

  test("goes from black through its colours in equal steps, and ends with the last", () => {
    for (const colours of [
      ["#ff0000", "#00ff00"],
      ["#31106b", "#d1266c", "#ffd36b"],
      ["#123456", "#abcdef", "#000000", "#ffffff", "#0000ff"],
    ]) {
      const palette = ownPalette(colours);
      expect(colourOf(palette, 0)).toEqual([0, 0, 0]);
      for (const [n, colour] of colours.entries()) {
        // The level of a colour in the middle may be between two of the 256 steps.
        const steps = [-1, 0, 1].map((step) => colourOf(palette, (n + 1) / colours.length + step / 255));
        const away = steps.map((rgb) =>
          Math.max(...rgb.map((byte, at) => Math.abs(byte - bytes(colour)[at]!))),
        );
        expect(Math.min(...away), `${colour} of ${colours}`).toBeLessThanOrEqual(
          n === colours.length - 1 ? 1 : 4,
        );
      }
    }
  });
});

describe("colourOf", () => {
  test("gives a colour of the palette for any number", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.double({ noNaN: true }), (name, level) => {
        expect(PALETTES[name].colours).toContain(colourOf(PALETTES[name], level));
      }),
    );
  });
});

describe("paletteOf", () => {
  const colours = ["#31106b", "#ffd36b"];

  test("gives a named palette, or the own palette of these colours", () => {
    expect(paletteOf({ palette: "ocean", colours })).toBe(PALETTES.ocean);
    expect(paletteOf({ palette: "own", colours })).toEqual(ownPalette(colours));
  });

  test.each([null, "unknown", "toString"] as Show["palette"][])(
    "gives no palette for the name %s",
    (palette) => {
      expect(paletteOf({ palette, colours })).toBeUndefined();
    },
  );
});
