import { BANDS, type BandName } from "../../../client/light/band.ts";
import { fallMsOf, fixedSpans } from "../../../client/light/level.ts";
import { LightMaps, levelIn } from "../../../client/light/light-map.ts";
import { gridStep, gridTime, Smooth, Timeline } from "../../../client/light/timeline.ts";
import type { EarLog } from "../../support/watch-ear.ts";

/** How much is heard before a moment is painted, ms. The wall delay is longer. */
const AHEAD_MS = 50;

/** How far the light of two pages differs. */
export interface LightAway {
  /** Moments of all bands that were compared. */
  moments: number;
  /** Greatest difference of a level 0..1, with its band and media time in ms. */
  most: { away: number; band: string; media: number };
}

/**
 * Compares the light of two pages at each moment of the song's grid between two media times. The light is
 * made of what each page has heard and of the light maps that it got, by the classes that paint.
 * @param bands their names, in the order of the log's powers
 */
export function compareLight(
  one: EarLog,
  other: EarLog,
  { from, until }: { from: number; until: number },
  bands: readonly BandName[],
): LightAway {
  const most = { away: 0, band: "", media: 0 };
  let moments = 0;
  for (const [index, band] of bands.entries()) {
    const [expected, found] = [one, other].map((log) => lightOf(log, index, band, until));
    for (let step = gridStep(from).step + 1; gridTime(step) < until; step++) {
      const [level, wanted] = [found!.get(step), expected!.get(step)];
      if (level === undefined || wanted === undefined) continue;
      moments += 1;
      const away = Math.abs(level - wanted);
      if (away > most.away) Object.assign(most, { away, band, media: gridTime(step) });
    }
  }
  return { moments, most };
}

/** The level of a band at each step of the grid from the first moment that a page has heard. */
function lightOf({ heard, maps }: EarLog, index: number, band: BandName, until: number): Map<number, number> {
  const known = new LightMaps(fixedSpans(0));
  for (const map of maps) known.add(map);
  const [timeline, smooth] = [new Timeline(), new Smooth()];
  const sounding = {
    powerAt: (media: number) => timeline.at(media),
    riseGainAt: (media: number) => known.riseGainAt(media),
    levelOf: (db: number, media: number) => levelIn(known.spanOf(BANDS[band], media), db),
    riseMs: 0,
    fallMs: fallMsOf(BANDS[band]),
  };
  const levels = new Map<number, number>();
  let next = 0;
  for (let step = gridStep(heard[0]![0]).step + 1; gridTime(step) < until; step++) {
    for (; next < heard.length && heard[next]![0] <= gridTime(step) + AHEAD_MS; next++) {
      timeline.add(heard[next]![0], heard[next]![2 + index] as number);
    }
    levels.set(step, smooth.at(gridTime(step), sounding));
  }
  return levels;
}
