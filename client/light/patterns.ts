import type { Pattern } from "#protocol/wall.ts";
import type { Spot } from "./layout.ts";

/** How long a ripple takes from one place to the next, ms. */
export const RIPPLE_MS = 60;
/** How long a sweep takes over the wall and back to its start, ms. */
export const SWEEP_MS = 2_400;
/** In this time the light of a beat falls to a third, ms. */
const BEAT_FADE_MS = 160;

/** What a screen knows of the moment it paints. */
export interface PatternMoment {
  /** Level of the screen's band, 0..1. */
  level: number;
  /** Since the last beat, ms; infinite before the first. */
  sinceBeat: number;
  /** The wall clock, ms. */
  wall: number;
}

/** How much later than the music a screen shows it, ms. */
export function lagOf(pattern: Pattern, { distance }: Spot): number {
  return pattern === "ripple" ? distance * RIPPLE_MS : 0;
}

/** Whether a pattern needs to know of beats. */
export function hasBeats(pattern: Pattern): boolean {
  return pattern === "beat" || pattern === "ripple";
}

/** What a screen shows of a moment, 0..1; of the moment {@link lagOf} ago where the pattern lags. */
export function levelOf(pattern: Pattern, spot: Spot, { level, sinceBeat, wall }: PatternMoment): number {
  switch (pattern) {
    case "bands":
    case "unison":
      return level;
    case "spectrum":
      return Math.min(Math.max(level * spot.rows - spot.row, 0), 1);
    case "sweep": {
      const front = ((wall % SWEEP_MS) / SWEEP_MS) * spot.columns;
      const away = Math.abs(spot.x - front);
      return level * Math.max(1 - Math.min(away, spot.columns - away), 0);
    }
    case "ripple":
    case "beat":
      return sinceBeat < 0 ? 0 : Math.exp(-sinceBeat / BEAT_FADE_MS);
  }
}
