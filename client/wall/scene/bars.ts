import { levelAt, type SceneMoment } from "./moment.ts";
import type { Stage } from "./stage.ts";

/** Bars over a wall of up to so many columns; wider walls have more. */
const BARS = 48;
const FEWEST_A_COLUMN = 4;

/** A peak falls by half of what a body would, in these steps of time, ms. */
const FALL = 0.7;
const PEAK_STEP_MS = 40;
const PEAK_MS = 1_100;

/** Bars of a scene: as many in each column, so that no seam cuts a bar while screens keep to the grid. */
export function barCount({ columns }: Stage): number {
  return Math.round(columns * Math.max(Math.round(BARS / columns), FEWEST_A_COLUMN));
}

/**
 * The height of each bar and of the peak above it, 0..1 of the wall's height, from low on the left to high on
 * the right.
 * @param into two numbers a bar: height, peak
 */
export function barsOf(moment: SceneMoment, into: Float32Array): void {
  const { stage } = moment;
  const count = barCount(stage);
  for (let bar = 0; bar < count; bar++) {
    const share = (bar + 0.5) / count;
    const level = (ago: number) => heightOf(levelAt(moment, share, share * stage.width, stage.origin.y, ago));
    into[2 * bar] = level(0);
    let peak = into[2 * bar]!;
    for (let ago = PEAK_STEP_MS; ago <= PEAK_MS; ago += PEAK_STEP_MS) {
      peak = Math.max(peak, level(ago) - FALL * (ago / 1_000) ** 2);
    }
    into[2 * bar + 1] = peak;
  }
}

/** Quiet bands are kept low, so that the loud ones stand out. */
function heightOf(level: number): number {
  return 0.96 * level ** 1.35;
}
