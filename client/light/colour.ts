import { OWN_PALETTE, type PaletteName, type Show } from "#protocol/wall.ts";
import type { Band } from "./band.ts";
import type { Spot } from "./layout.ts";
import { byteOf, encoded, linear, type Rgb } from "./photometry.ts";

/** Maps levels to colours. */
export interface Palette {
  /** Which level it shows: the average of the band's byte magnitudes, or the band's power, smoothed. */
  shows: "bytes" | "power";
  /** Colours for the levels 0…1 in 256 equal steps. */
  readonly colours: readonly Rgb[];
  /** What it is for a band, if bands differ in it. A band of all pitches may take it from its place. */
  of?(band: Band, place?: Pick<Spot, "column" | "row">): Palette;
  /** What it is at a time of the wall clock, if its hues drift; ms. */
  at?(wall: number): Palette;
}

const STEPS = 256;

/** A colour in OKLCH: lightness 0..1, chroma, hue in degrees. */
type Stop = readonly [l: number, c: number, h: number];
type Oklab = readonly [l: number, a: number, b: number];

const BLACK: Oklab = [0, 0, 0];

/** A palette from black at level 0 through the stops in equal steps. */
function mixed(...stops: Stop[]): Palette {
  return through([BLACK, ...stops.map(toOklab)]);
}

/** A palette through these colours in equal steps, interpolated in OKLab. */
function through(path: readonly Oklab[]): Palette {
  let colours: readonly Rgb[] | undefined;
  return {
    shows: "power",
    get colours() {
      // Made when it is shown: a table takes some ms on a phone.
      colours ??= table((level) => toBytes(along(path, level)));
      return colours;
    },
  };
}

/** How far hues drift to either side, degrees, and the time in which they go there and come back, ms. */
const DRIFT_DEGREES = 20;
const DRIFT_MS = 150_000;
/** Hues drift in steps that the eye does not see, since each makes a new table; degrees. */
const DRIFT_STEP = 2;

/** A palette whose hues drift. At level 0 it has its first colour, which may be a glow. */
function drifting(path: readonly Stop[]): Palette {
  let turned = 0;
  let palette = through(path.map(toOklab));
  return {
    shows: "power",
    get colours() {
      return palette.colours;
    },
    at(wall) {
      const swing = Math.sin((2 * Math.PI * wall) / DRIFT_MS) * (DRIFT_DEGREES / DRIFT_STEP);
      const turn = Math.round(swing) * DRIFT_STEP;
      if (turn !== turned) palette = through(path.map(([l, c, h]) => toOklab([l, c, h + turn])));
      turned = turn;
      return palette;
    },
  };
}

/** A palette of two: one for the lower half of the pitches, and one for the upper half. */
function twoColours(low: Hues, high: Hues): Palette {
  const [lower, upper] = [low, high].map((hues) => drifting([[0, 0, 0], ...stops(THREE, hues)])) as [
    Palette,
    Palette,
  ];
  return {
    shows: "power",
    get colours() {
      return lower.colours;
    },
    of(band, place) {
      if (!isWide(band)) return Math.sqrt(band.low * band.high) < MIDDLE_HZ ? lower : upper;
      return place && Math.floor(place.column + place.row) % 2 ? upper : lower;
    },
  };
}

function toOklab([l, c, h]: Stop): Oklab {
  const angle = (h * Math.PI) / 180;
  return [l, c * Math.cos(angle), c * Math.sin(angle)];
}

function along(path: readonly Oklab[], level: number): Oklab {
  const leg = Math.min(Math.floor(level * (path.length - 1)), path.length - 2);
  const t = level * (path.length - 1) - leg;
  const from = path[leg]!;
  const to = path[leg + 1]!;
  return [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t, from[2] + (to[2] - from[2]) * t];
}

/** The colour in sRGB bytes. A colour outside sRGB keeps its lightness and hue, with less chroma. */
function toBytes([l, a, b]: Oklab): Rgb {
  let shown = toRgb(l, a, b);
  if (!isInGamut(shown)) {
    shown = toRgb(l, 0, 0);
    let inside = 0;
    for (let step = 0.5; step > 1 / 512; step /= 2) {
      const trial = toRgb(l, a * (inside + step), b * (inside + step));
      if (!isInGamut(trial)) continue;
      inside += step;
      shown = trial;
    }
  }
  return [byteOf(shown[0]), byteOf(shown[1]), byteOf(shown[2])];
}

/** OKLab to sRGB, each channel 0..1 if sRGB has the colour (Björn Ottosson, "A perceptual color space"). */
function toRgb(lightness: number, a: number, b: number): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encoded(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** Half a byte outside still counts as inside, as rounding brings it back. */
function isInGamut(rgb: Rgb): boolean {
  return rgb.every((channel) => channel > -0.5 / 255 && channel < 255.5 / 255);
}

function table(bytes: (level: number) => Rgb): Rgb[] {
  return Array.from({ length: STEPS }, (_, step) => bytes(step / (STEPS - 1)));
}

/** Chroma in hundredths and hue in degrees, for each step of {@link FIVE} or {@link THREE}. */
type Hues = readonly number[];

/** Lightness of the steps of a palette after black, so that equal steps of level look equal. */
const FIVE = [0.26, 0.45, 0.63, 0.81, 0.97];
/** The same for palettes of two colours. They end in colour and not in white. */
const THREE = [0.42, 0.66, 0.89];

function stops(lightness: readonly number[], hues: Hues): Stop[] {
  return lightness.map((l, n) => [l, hues[2 * n]! / 100, hues[2 * n + 1]!]);
}

/** A palette from black to nearly white. */
function bright(...hues: Hues): Palette {
  return mixed(...stops(FIVE, hues));
}

const EMBER = bright(10, 22, 19, 28, 19, 45, 16, 78, 6, 98);

const BY_BAND: Palette = {
  shows: "power",
  get colours() {
    return EMBER.colours;
  },
  of: hueOf,
};

/**
 * Classic is the formula of the original article; the others were made for Lightwall. *By band* stands for
 * the hue of a screen's band, see {@link hueOf}; for a band of all pitches it is what is here.
 */
export const PALETTES = {
  "by-band": BY_BAND,
  ember: EMBER,
  aurora: bright(10, 290, 12, 245, 12, 190, 20, 155, 10, 130),
  ocean: bright(10, 268, 17, 262, 14, 238, 12, 210, 4, 190),
  ultraviolet: bright(14, 285, 25, 288, 26, 305, 18, 322, 4, 335),
  neon: bright(16, 282, 23, 322, 24, 5, 15, 62, 13, 108),
  meadow: bright(6, 175, 11, 155, 17, 143, 19, 125, 10, 108),
  candle: bright(5, 45, 9, 52, 12, 62, 12, 76, 5, 90),
  dusk: drifting(stops(FIVE, [11, 275, 19, 300, 23, 10, 17, 55, 8, 88])),
  blaze: twoColours([19, 25, 20, 45, 15, 82], [14, 258, 15, 232, 9, 205]),
  gilt: twoColours([22, 266, 17, 255, 10, 235], [10, 62, 15, 78, 14, 95]),
  orchid: twoColours([22, 303, 26, 328, 12, 342], [13, 145, 22, 132, 19, 116]),
  candy: twoColours([20, 8, 25, 0, 8, 350], [9, 200, 13, 192, 12, 178]),
  mono: mixed([1, 0, 0]),
  classic: {
    shows: "bytes",
    colours: table((level) => {
      const byte = Math.round(level * 255);
      return [255 - byte, 0, byte];
    }),
  },
} satisfies Record<PaletteName, Palette>;

export type { PaletteName } from "#protocol/wall.ts";

/** The host's own palette: from black at level 0 through these colours, each `#rrggbb`. */
export function ownPalette(colours: readonly string[]): Palette {
  return through([BLACK, ...colours.map(oklabOf)]);
}

/** A colour `#rrggbb` in OKLab: the inverse of {@link toRgb}. */
function oklabOf(colour: string): Oklab {
  const [r, g, b] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255)) as [
    number,
    number,
    number,
  ];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** A palette of {@link PALETTES}; undefined for any other name. */
export function namedPalette(name: string | null): Palette | undefined {
  return name !== null && Object.keys(PALETTES).includes(name) ? PALETTES[name as PaletteName] : undefined;
}

/** Hue of the lowest bands: red. Degrees. */
const LOWEST_HUE = 22;
/** How far hues turn with each octave, over green to violet at the highest; degrees. */
const HUE_PER_OCTAVE = 38;
/** The middle of the lowest bands, Hz. */
const LOWEST_MIDDLE_HZ = 50;
/** A band that is wider has no hue of its own: its limits are this many times apart. */
const HUED_MAX_RATIO = 64;
/** Half of the octaves of a wall are below it, Hz. */
const MIDDLE_HZ = 707;

function isWide({ low, high }: Band): boolean {
  return high / low > HUED_MAX_RATIO;
}

/** The palette of a band's own hue, so that neighbours look different; that of all bands is a fire. */
export function hueOf(band: Band): Palette {
  const { low, high } = band;
  if (isWide(band)) return PALETTES.ember;
  const octaves = Math.max(Math.log2(Math.sqrt(low * high) / LOWEST_MIDDLE_HZ), 0);
  const hue = Math.round(LOWEST_HUE + HUE_PER_OCTAVE * octaves);
  const palette =
    hued.get(hue) ?? mixed([0.26, 0.12, hue], [0.5, 0.2, hue], [0.75, 0.2, hue + 6], [0.93, 0.11, hue + 14]);
  hued.set(hue, palette);
  return palette;
}

const hued = new Map<number, Palette>();

/** The own palette computed last: its table takes a few ms. */
let made: { key: string; palette: Palette } | undefined;

/**
 * The palette that the host gives all screens; undefined if each screen chooses, or if the name is unknown to
 * this version.
 */
export function paletteOf({ palette, colours }: Pick<Show, "palette" | "colours">): Palette | undefined {
  if (palette !== OWN_PALETTE) return namedPalette(palette);
  const key = colours.join();
  if (made?.key !== key) made = { key, palette: ownPalette(colours) };
  return made.palette;
}

/** The palette's colour for a level, which is limited to 0..1. */
export function colourOf(palette: Palette, level: number): Rgb {
  return palette.colours[Math.round(Math.min(Math.max(level, 0), 1) * (STEPS - 1))]!;
}

/** A colour in CSS notation. */
export function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}
