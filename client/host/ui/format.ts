import type { ScreenFigures } from "#protocol/messages.ts";
import { type Band, nameOfBand } from "../../light/band.ts";
import { figures } from "../../words/en/figures.ts";
import { bandNames } from "../../words/en/light.ts";
import { units } from "../../words/en/units.ts";
import {
  bandText,
  durationText,
  millisecondsText,
  numberText,
  percentText,
  tenthsText,
} from "../../words/units.ts";

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
  if (share <= 0 || share >= 0.0995) return percentText(share);
  return units().percent({ number: tenthsText(100 * share) });
}

/** A band by its name, or by its limits if it has none. Without a band, the screen chooses its own. */
export function formatBand(band: Band | undefined): string {
  if (!band) return figures().ownBand;
  const name = nameOfBand(band);
  return name ? bandNames()[name] : bandText(band);
}

/** Light that is less late than this is in time, ms. */
const LATE_MS = 0.5;

type Figures = Omit<ScreenFigures, "id" | "neededMs">;

/** How a screen gets the song, and its figures, each if it is known. */
export function formatFigures(all: Figures): string {
  const t = figures();
  const { roundTripMs, loss, clockErrorMs, latenessMs, paintRate, receives } = all;
  const parts = [
    receives === null ? "" : t[receives],
    roundTripMs === null ? "" : t.roundTrip({ time: millisecondsText(roundTripMs) }),
    loss === null ? "" : t.lost({ percent: formatShare(loss) }),
    clockErrorMs === null
      ? ""
      : t.clockError({ time: units().milliseconds({ number: tenthsText(clockErrorMs) }) }),
    latenessMs === null || latenessMs < LATE_MS ? "" : t.late({ time: durationText(latenessMs) }),
    paintRate === null ? "" : t.painted({ number: numberText(paintRate) }),
  ].filter(Boolean);
  return parts.length === 0 ? "" : parts.reduce((one, other) => t.both({ one, other }));
}

function padded(part: number): string {
  return String(part).padStart(2, "0");
}
