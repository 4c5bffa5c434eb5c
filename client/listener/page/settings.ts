import { MODES, type Mode } from "#protocol/wall.ts";
import { BANDS, type Band, type BandName, validBand } from "../../light/band.ts";
import { namedPalette, type PaletteName } from "../../light/colour.ts";

/** The form of a screen's id. */
const SCREEN_ID = /^[\w-]{8,64}$/;

/** The greatest trim: more than the delay of any display. */
export const TRIM_MAX_MS = 300;

/** What a screen shows and how it starts. The page's address has it, so that it can be bookmarked. */
export interface ScreenSettings {
  band: Band;
  palette: PaletteName;
  mode: Mode;
  /** How much later than the others this screen paints, −300…300. */
  trimMs: number;
  /** How the screen hears; undefined for the best way that its browser has. */
  ear: "frames" | "analyser" | undefined;
  /** No person attends to this screen: it starts, waits and reconnects by itself. */
  kiosk: boolean;
  /** The name of the screen, unless the host gives it another; "" for none. */
  name: string;
  /** The id of the screen; undefined for the one that this browser had before. */
  screen: string | undefined;
}

/**
 * Reads settings from the page's query. A setting that is missing or invalid comes from the query of the last
 * visit, or else is the default. Only what a screen shows is kept between visits.
 */
export function readSettings(query: string, lastQuery = ""): ScreenSettings {
  const current = new URLSearchParams(query);
  const last = new URLSearchParams(lastQuery);
  const kept = <T>(name: string, read: (text: string | null) => T | undefined, otherwise: T): T =>
    read(current.get(name)) ?? read(last.get(name)) ?? otherwise;
  return {
    band: kept("band", readBand, BANDS.all),
    palette: kept("palette", readPalette, "by-band"),
    mode: kept("mode", readMode, "solid"),
    trimMs: kept("trim", readTrim, 0),
    kiosk: current.has("kiosk"),
    ear: current.get("ear") === "analyser" ? "analyser" : undefined,
    // The server cuts it.
    name: current.get("name") ?? "",
    screen: SCREEN_ID.exec(current.get("screen") ?? "")?.[0],
  };
}

function readBand(text: string | null): Band | undefined {
  if (text === null) return undefined;
  if (Object.keys(BANDS).includes(text)) return BANDS[text as BandName];
  const limits = /^(-?\d+(?:\.\d+)?)-(-?\d+(?:\.\d+)?)$/.exec(text);
  return limits ? validBand({ low: Number(limits[1]), high: Number(limits[2]) }) : undefined;
}

function readTrim(text: string | null): number | undefined {
  const trim = Number(text ?? Number.NaN);
  return Number.isFinite(trim) ? Math.round(Math.min(Math.max(trim, -TRIM_MAX_MS), TRIM_MAX_MS)) : undefined;
}

function readPalette(text: string | null): PaletteName | undefined {
  return namedPalette(text) && (text as PaletteName);
}

function readMode(text: string | null): Mode | undefined {
  return MODES.find((mode) => mode === text);
}
