import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  colourOf,
  css,
  ownPalette,
  PALETTES,
  type PaletteName,
  paletteOf,
} from "../../../../client/light/colour.ts";
import type { Rgb } from "../../../../client/light/photometry.ts";

const names = Object.keys(PALETTES) as PaletteName[];
const modern = names.filter((name) => name !== "classic");

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

  test.each(modern)("%s goes from black to bright without getting darker", (name) => {
    const luminances = PALETTES[name].colours.map(luminance);
    expect(luminances[0]).toBe(0);
    expect(luminances[255]).toBeGreaterThan(0.8);
    for (let step = 1; step < 256; step++) {
      expect(luminances[step], `step ${step}`).toBeGreaterThanOrEqual(luminances[step - 1]!);
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

  test.each([null, "unknown", "toString"])("gives no palette for the name %s", (palette) => {
    expect(paletteOf({ palette, colours })).toBeUndefined();
  });
});
