import { type LookMoment, levelAt } from "./moment.ts";
import type { Stage } from "./stage.ts";

/** Number of bars, unless the wall has so many columns that `BARS_PER_COLUMN_MIN` needs more. */
const BARS = 48;
const BARS_PER_COLUMN_MIN = 4;

/** A peak falls by this share of the wall's height in the first second, and faster with time, like a body. */
const FALL = 0.7;
/** Steps in which past levels are searched for a peak. */
const PEAK_STEP_MS = 40;
/** How long a peak is shown. */
const PEAK_MS = 1_100;

/**
 * The number of bars of a look. Each column has the same number, so that no edge of a screen on the grid
 * cuts a bar.
 */
export function barCount({ columns }: Stage): number {
  return Math.round(columns * Math.max(Math.round(BARS / columns), BARS_PER_COLUMN_MIN));
}

/**
 * The height of each bar and of the peak above it, as a share of the wall's height, from low frequencies on
 * the left to high ones on the right.
 * @param into two numbers per bar: height, peak
 */
export function barsOf(moment: LookMoment, into: Float32Array): void {
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

/** The height of a bar: lower than proportional for quiet bands, so that loud ones stand out. */
function heightOf(level: number): number {
  return 0.96 * level ** 1.35;
}
