import type { Painted } from "./painted.ts";

/** The range in which a shift is looked for, to each side, and its steps, ms. */
const REACH_MS = 400;
const STEP_MS = 2;
/** Times of the frames of one screen are compared with those of the other so often, ms. */
const SAMPLE_MS = 10;

/**
 * By how much one screen's light is later than another's, ms: the shift with which their levels differ
 * least. It needs some seconds of music that is not the same twice.
 */
export function shiftBetween(one: readonly Painted[], other: readonly Painted[]): number {
  const from = Math.max(one[0]!.at, other[0]!.at) + REACH_MS;
  const until = Math.min(one.at(-1)!.at, other.at(-1)!.at) - REACH_MS;
  const times = Array.from(
    { length: Math.floor((until - from) / SAMPLE_MS) },
    (_, n) => from + n * SAMPLE_MS,
  );
  const reference = times.map((at) => levelAt(other, at));
  let best = { shift: Number.NaN, difference: Number.POSITIVE_INFINITY };
  for (let shift = -REACH_MS; shift <= REACH_MS; shift += STEP_MS) {
    const shifted = times.map((at) => levelAt(one, at + shift));
    const difference = shifted.reduce((sum, level, n) => sum + Math.abs(level - reference[n]!), 0);
    if (difference < best.difference) best = { shift, difference };
  }
  return best.shift;
}

/** The level that is shown at a time: that of the last frame before it. */
function levelAt(frames: readonly Painted[], at: number): number {
  let [low, high] = [0, frames.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (frames[middle]!.at <= at) low = middle;
    else high = middle - 1;
  }
  return frames[low]!.level;
}
