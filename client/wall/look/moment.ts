import type { Pattern } from "#protocol/wall.ts";
import type { BandLevels } from "../../light/band-levels.ts";
import { hasBeats, lagOf, levelOf } from "../../light/patterns.ts";
import type { Shape } from "./shape.ts";
import type { Stage } from "./stage.ts";

/** The input of a look at one moment. It is the same on all screens that paint the same media time. */
export interface LookMoment {
  stage: Stage;
  pattern: Pattern;
  /** How far a bar has come, 0..1; undefined where no bars are known. */
  inBar: number | undefined;
  /** The wall clock, ms. */
  wall: number;
  /** The media time that is painted, ms. */
  media: number;
  /** The levels of the music, moved to the media time to paint. */
  bands: Pick<BandLevels, "level" | "whole">;
  /** The shape of the wall's stencil. */
  shape: Shape;
  /** How long before the painted media time each of the last beats began, ms; the newest last. */
  beatAges: readonly number[];
}

/**
 * The level of a band at a point of the look, 0..1, with the wall's pattern applied.
 * @param band 0 for the lowest to 1 for the highest
 * @param ago how long before the painted media time, ms
 */
export function levelAt(moment: LookMoment, band: number, x: number, y: number, ago = 0): number {
  return patterned(moment, levelOfBand(moment, band, ago), x, y, ago);
}

/** The level of a band wherever it is, 0..1, before the wall's pattern is applied. */
export function levelOfBand({ pattern, bands }: LookMoment, band: number, ago = 0): number {
  return pattern === "unison" ? bands.whole(ago) : bands.level(band, ago);
}

/** What the wall's pattern makes of a level at a point of the look, 0..1. */
export function patterned(moment: LookMoment, level: number, x: number, y: number, ago = 0): number {
  const { stage, pattern, inBar, wall } = moment;
  // Thousands of particles ask for it in a frame.
  if (pattern === "bands" || pattern === "unison") return level;
  const spot = {
    x: x / stage.ratio,
    y,
    columns: stage.columns,
    rows: 1,
    column: 0,
    row: 0,
    distance: Math.hypot((x - stage.origin.x) / stage.ratio, y - stage.origin.y),
  };
  const sinceBeat = hasBeats(pattern) ? sinceBeatAt(moment, ago + lagOf(pattern, spot)) : 0;
  return levelOf(pattern, spot, { level, sinceBeat, inBar, wall });
}

/** Time from the last beat to `ago` ms before the painted media time, ms; infinite without one. */
export function sinceBeatAt({ beatAges }: LookMoment, ago: number): number {
  for (let n = beatAges.length - 1; n >= 0; n--) {
    if (beatAges[n]! >= ago) return beatAges[n]! - ago;
  }
  return Number.POSITIVE_INFINITY;
}
