import { BANDS, type Band, type BandName, nameOfBand, putRight } from "../light/band.ts";
import { PALETTES, type PaletteName } from "../light/colour.ts";

/** A display's own delay and a bit more; what is beyond is another trouble. */
export const TRIM_MAX_MS = 300;

/** What a screen shows and how it starts; lives in the page's address so that it can be bookmarked. */
export interface Settings {
  band: Band;
  palette: PaletteName;
  /** How much later than the others this screen paints, in ms: −300…300. */
  trim: number;
  /** Begin without a tap, as far as the browser allows. */
  autostart: boolean;
}

/**
 * Reads settings from the page's query. What it does not say, or says wrongly, comes from the
 * query remembered last time, then from the defaults. `autostart` is never remembered.
 */
export function readSettings(query: string, remembered = ""): Settings {
  const asked = new URLSearchParams(query);
  const known = new URLSearchParams(remembered);
  return {
    band: readBand(asked.get("band")) ?? readBand(known.get("band")) ?? BANDS.all,
    palette: readPalette(asked.get("palette")) ?? readPalette(known.get("palette")) ?? "ember",
    trim: readTrim(asked.get("trim")) ?? readTrim(known.get("trim")) ?? 0,
    autostart: asked.has("autostart"),
  };
}

/** The query that {@link readSettings} reads the same settings from. */
export function writeQuery({ band, palette, trim, autostart }: Settings): string {
  const text = nameOfBand(band) ?? `${band.low}-${band.high}`;
  return `?band=${text}&palette=${palette}${trim ? `&trim=${trim}` : ""}${autostart ? "&autostart" : ""}`;
}

function readBand(text: string | null): Band | undefined {
  if (text === null) return undefined;
  if (Object.hasOwn(BANDS, text)) return BANDS[text as BandName];
  const limits = /^(-?\d+(?:\.\d+)?)-(-?\d+(?:\.\d+)?)$/.exec(text);
  return limits ? putRight({ low: Number(limits[1]), high: Number(limits[2]) }) : undefined;
}

function readTrim(text: string | null): number | undefined {
  const trim = text === null ? Number.NaN : Number(text);
  return Number.isFinite(trim) ? Math.round(Math.min(Math.max(trim, -TRIM_MAX_MS), TRIM_MAX_MS)) : undefined;
}

function readPalette(text: string | null): PaletteName | undefined {
  return text !== null && Object.hasOwn(PALETTES, text) ? (text as PaletteName) : undefined;
}

/** This browser's memory between visits; a browser that forbids it just forgets. */
export const memory = {
  recall(key: string): string | undefined {
    try {
      return localStorage.getItem(`lightwall:${key}`) ?? undefined;
    } catch {
      return undefined;
    }
  },
  keep(key: string, value: string): void {
    try {
      localStorage.setItem(`lightwall:${key}`, value);
    } catch {
      // Storage is full or forbidden; the address still has the settings.
    }
  },
};
