import type { Pattern } from "#protocol/wall.ts";
import type { Spot } from "./layout.ts";

/** Time a ripple takes from one place to the next. */
export const RIPPLE_MS = 60;
/** Time a sweep takes over the whole wall where no bars are known; otherwise it takes a bar. */
export const SWEEP_MS = 2_400;
/** Time constant with which the light of a beat fades. */
const BEAT_FADE_MS = 160;
/** Share of the level that is shown where a pattern is dark: a glow that moves with the music. */
const GLOW = 0.3;

/** The input of {@link levelOf} at one moment. */
export interface PatternMoment {
  /** Level of the screen's band, 0..1. */
  level: number;
  /** Time since the last beat, ms; infinite before the first. */
  sinceBeat: number;
  /** How far a bar has come, 0..1; undefined where no bars are known. */
  inBar: number | undefined;
  /** The wall clock, ms. */
  wall: number;
}

/** How much later than the music a screen shows it in this pattern, ms. */
export function lagOf(pattern: Pattern, { distance }: Spot): number {
  return pattern === "ripple" ? distance * RIPPLE_MS : 0;
}

/** Whether a pattern uses beats. */
export function hasBeats(pattern: Pattern): boolean {
  return pattern === "beat" || pattern === "ripple";
}

/** The level that a screen shows, 0..1. The moment is {@link lagOf} ago if the pattern lags. */
export function levelOf(
  pattern: Pattern,
  spot: Spot,
  { level, sinceBeat, inBar, wall }: PatternMoment,
): number {
  switch (pattern) {
    case "bands":
    case "unison":
      return level;
    case "spectrum":
      return Math.min(Math.max(level * spot.rows - spot.row, 0), 1);
    case "sweep": {
      const front = (inBar ?? (wall % SWEEP_MS) / SWEEP_MS) * spot.columns;
      const away = Math.abs(spot.x - front);
      return level * Math.max(1 - Math.min(away, spot.columns - away), GLOW);
    }
    case "ripple":
    case "beat":
      return Math.max(sinceBeat < 0 ? 0 : Math.exp(-sinceBeat / BEAT_FADE_MS), GLOW * level);
  }
}
