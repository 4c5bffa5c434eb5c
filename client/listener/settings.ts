import { MODES, type Mode, NAME_MAX } from "#protocol/wall.ts";
import { BANDS, type Band, type BandName, nameOfBand, validBand } from "../light/band.ts";
import { PALETTES, type PaletteName } from "../light/colour.ts";

/** What a browser may call its screen. */
const SCREEN_ID = /^[\w-]{8,64}$/;

/** A display's own delay and a bit more; what is beyond is another trouble. */
export const TRIM_MAX_MS = 300;

/** What a screen shows and how it starts; lives in the page's address so that it can be bookmarked. */
export interface Settings {
  band: Band;
  palette: PaletteName;
  mode: Mode;
  /** How much later than the others this screen paints, in ms: −300…300. */
  trim: number;
  /** Begin without a tap, as far as the browser allows. */
  autostart: boolean;
  /** Nobody stands before this screen: it begins, waits and comes back by itself. */
  kiosk: boolean;
  /** What the screen is called in a wall that has no name for it; "" for nothing. */
  name: string;
  /** Which screen of its wall it is; undefined for what this browser was before. */
  screen: string | undefined;
}

/**
 * Reads settings from the page's query. What it does not say, or says wrongly, comes from the
 * query remembered last time, then from the defaults. What is no matter of looks is never remembered.
 */
export function readSettings(query: string, remembered = ""): Settings {
  const asked = new URLSearchParams(query);
  const known = new URLSearchParams(remembered);
  return {
    band: readBand(asked.get("band")) ?? readBand(known.get("band")) ?? BANDS.all,
    palette: readPalette(asked.get("palette")) ?? readPalette(known.get("palette")) ?? "ember",
    mode: readMode(asked.get("mode")) ?? readMode(known.get("mode")) ?? "solid",
    trim: readTrim(asked.get("trim")) ?? readTrim(known.get("trim")) ?? 0,
    autostart: asked.has("autostart") || asked.has("kiosk"),
    kiosk: asked.has("kiosk"),
    name: (asked.get("name") ?? "").slice(0, NAME_MAX),
    screen: SCREEN_ID.exec(asked.get("screen") ?? "")?.[0],
  };
}

/** The query that {@link readSettings} reads the same settings from. */
export function writeQuery(settings: Settings): string {
  const { autostart, kiosk, name, screen } = settings;
  const start = kiosk ? "&kiosk" : autostart ? "&autostart" : "";
  const who = `${name && `&name=${encodeURIComponent(name)}`}${screen ? `&screen=${screen}` : ""}`;
  return `${writeLooks(settings)}${start}${who}`;
}

/** The part of it that is worth remembering. */
export function writeLooks({ band, palette, mode, trim }: Settings): string {
  const text = nameOfBand(band) ?? `${band.low}-${band.high}`;
  const look = mode === "solid" ? "" : `&mode=${mode}`;
  return `?band=${text}&palette=${palette}${look}${trim ? `&trim=${trim}` : ""}`;
}

function readBand(text: string | null): Band | undefined {
  if (text === null) return undefined;
  if (Object.hasOwn(BANDS, text)) return BANDS[text as BandName];
  const limits = /^(-?\d+(?:\.\d+)?)-(-?\d+(?:\.\d+)?)$/.exec(text);
  return limits ? validBand({ low: Number(limits[1]), high: Number(limits[2]) }) : undefined;
}

function readTrim(text: string | null): number | undefined {
  const trim = text === null ? Number.NaN : Number(text);
  return Number.isFinite(trim) ? Math.round(Math.min(Math.max(trim, -TRIM_MAX_MS), TRIM_MAX_MS)) : undefined;
}

function readPalette(text: string | null): PaletteName | undefined {
  return text !== null && Object.hasOwn(PALETTES, text) ? (text as PaletteName) : undefined;
}

function readMode(text: string | null): Mode | undefined {
  return MODES.find((mode) => mode === text);
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
