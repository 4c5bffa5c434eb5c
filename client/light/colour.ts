import { interpolate, modeOklab, modeOklch, modeRgb, toGamut, useMode } from "culori/fn";

/** A way to turn a level into a colour. */
export interface Palette {
  label: string;
  /** Which level it shows: the plain average of bytes as it is, or the band's power, smoothed. */
  shows: "bytes" | "power";
  /** CSS colours for the levels 0…1 in 256 equal steps. */
  colours: readonly string[];
}

const STEPS = 256;

const oklab = useMode(modeOklab);
useMode(modeOklch);
useMode(modeRgb);
const toRgb = toGamut("rgb", "oklch");

/** Lightness 0..1, chroma, hue in degrees (OKLCH), from the darkest to the brightest. */
type Stop = readonly [l: number, c: number, h: number];

/** A modern palette: black at 0, then through the stops in equal steps, mixed in OKLab. */
function mixed(label: string, ...stops: Stop[]): Palette {
  const mix = interpolate(
    [[0, 0, 0] as Stop, ...stops].map(([l, c, h]) => oklab({ mode: "oklch", l, c, h })),
    "oklab",
  );
  return { label, shows: "power", colours: table((level) => toBytes(toRgb(mix(level)))) };
}

type Bytes = readonly [red: number, green: number, blue: number];

function toBytes({ r, g, b }: { r: number; g: number; b: number }): Bytes {
  return [Math.round(r * 255), Math.round(g * 255), Math.round(b * 255)];
}

function table(bytes: (level: number) => Bytes): string[] {
  return Array.from({ length: STEPS }, (_, step) => `rgb(${bytes(step / (STEPS - 1)).join(" ")})`);
}

/** Classic is the original article's own formula; the others were drawn for Lightwall. */
export const PALETTES = {
  ember: mixed(
    "Ember",
    [0.27, 0.1, 22],
    [0.48, 0.19, 28],
    [0.67, 0.19, 45],
    [0.83, 0.16, 78],
    [0.97, 0.06, 98],
  ),
  aurora: mixed(
    "Aurora",
    [0.25, 0.1, 290],
    [0.43, 0.12, 245],
    [0.62, 0.12, 190],
    [0.82, 0.2, 155],
    [0.97, 0.1, 130],
  ),
  ocean: mixed(
    "Ocean",
    [0.25, 0.1, 268],
    [0.43, 0.17, 262],
    [0.62, 0.14, 238],
    [0.81, 0.12, 210],
    [0.97, 0.04, 190],
  ),
  ultraviolet: mixed(
    "Ultraviolet",
    [0.24, 0.14, 285],
    [0.42, 0.25, 288],
    [0.58, 0.26, 305],
    [0.76, 0.18, 322],
    [0.96, 0.04, 335],
  ),
  neon: mixed(
    "Neon",
    [0.26, 0.16, 282],
    [0.46, 0.23, 322],
    [0.64, 0.24, 5],
    [0.8, 0.15, 62],
    [0.97, 0.13, 108],
  ),
  meadow: mixed(
    "Meadow",
    [0.25, 0.06, 175],
    [0.44, 0.11, 155],
    [0.63, 0.17, 143],
    [0.82, 0.19, 125],
    [0.97, 0.1, 108],
  ),
  candle: mixed(
    "Candle",
    [0.23, 0.05, 45],
    [0.42, 0.09, 52],
    [0.61, 0.12, 62],
    [0.8, 0.12, 76],
    [0.97, 0.05, 90],
  ),
  mono: mixed("Mono", [1, 0, 0]),
  classic: {
    label: "Classic",
    shows: "bytes",
    colours: table((level) => {
      const byte = Math.round(level * 255);
      return [255 - byte, 0, byte];
    }),
  },
} as const satisfies Record<string, Palette>;

export type PaletteName = keyof typeof PALETTES;

/** The palette's colour for a level 0..1, as CSS; levels outside are put right. */
export function colourOf(palette: Palette, level: number): string {
  return palette.colours[Math.round(Math.min(Math.max(level, 0), 1) * (STEPS - 1))]!;
}
