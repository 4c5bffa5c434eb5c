import type { ScreenFigures } from "#protocol/messages.ts";
import { type Band, nameOfBand } from "../../light/band.ts";
import { BAND_LABELS, describeBand } from "../../light/band-text.ts";

/** A song's title from its file name: without folder and extension, underscores as spaces. */
export function songTitle(fileName: string): string {
  const name = fileName.replace(/^.*[/\\]/, "");
  const bare = name.replace(/(?<=.)\.[a-z0-9]{1,5}$/i, "");
  return bare.replaceAll("_", " ").trim() || name;
}

/** A time in seconds as `m:ss`, or `h:mm:ss` from one hour; `–:––` if it is unknown. */
export function formatTime(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–:––";
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  const hours = Math.floor(whole / 3600);
  if (hours === 0) return `${parts[0]}:${padded(parts[1]!)}`;
  return [hours, ...parts.map(padded)].join(":");
}

/** A share 0..1 as a percentage, with one decimal below 10 %. */
export function formatShare(share: number): string {
  const percent = 100 * share;
  return `${percent > 0 && percent < 9.95 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** A band by its name, or by its limits if it has none. Without a band, the screen chooses its own. */
export function formatBand(band: Band | undefined): string {
  if (!band) return "its own band";
  const name = nameOfBand(band);
  return name ? BAND_LABELS[name] : describeBand(band);
}

type Figures = Pick<ScreenFigures, "roundTripMs" | "loss" | "clockErrorMs">;

/** A screen's round trip, loss and clock error, each if it is known. */
export function formatFigures({ roundTripMs, loss, clockErrorMs }: Figures): string {
  const parts = [
    roundTripMs === null ? "" : `${Math.round(roundTripMs)} ms round trip`,
    loss === null ? "" : `${formatShare(loss)} lost`,
    clockErrorMs === null ? "" : `clock ±${clockErrorMs.toFixed(1)} ms`,
  ];
  return parts.filter(Boolean).join(", ");
}

function padded(part: number): string {
  return String(part).padStart(2, "0");
}
