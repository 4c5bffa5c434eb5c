import { percentile } from "../wall/figures.ts";
import type { Thumbnail } from "./in-page.ts";
import type { FrameCost } from "./trace.ts";

export interface Cost {
  /**
   * The scripts' time on the processor in half of the frames and in 95 of a hundred, ms; and by the clock.
   */
  scriptP50Ms: number;
  scriptP95Ms: number;
  clockP95Ms: number;
  fps: number;
}

/** What frames cost. */
export function costOf(frames: readonly FrameCost[]): Cost {
  const seconds = (frames.at(-1)!.at - frames[0]!.at) / 1_000;
  const of = (kind: "cpu" | "wall", share: number) =>
    round(
      percentile(
        frames.map((frame) => frame[kind]),
        share,
      ),
    );
  return {
    scriptP50Ms: of("cpu", 0.5),
    scriptP95Ms: of("cpu", 0.95),
    clockP95Ms: of("wall", 0.95),
    fps: round((frames.length - 1) / seconds),
  };
}

/** Lags that are tried, ms. */
const FURTHEST = 150;
const STEP = 1;

/**
 * How much later one screen paints the same than another, ms: the lag by which its pictures are most like
 * those that the other had painted. The song repeats itself, so that pictures of all rounds together show
 * each moment of it, also where a screen paints but few a second.
 * @param period of the song, ms
 */
export function lagBetween(early: readonly Thumbnail[], late: readonly Thumbnail[], period: number): number {
  const round = early
    .map(({ at, light }) => ({ at: at % period, light }))
    .sort((one, other) => one.at - other.at);
  let best = { lag: Number.NaN, error: Number.POSITIVE_INFINITY };
  for (let lag = -FURTHEST; lag <= FURTHEST; lag += STEP) {
    const error = late.reduce(
      (sum, { at, light }) => sum + difference(light, pictureAt(round, period, at - lag)),
      0,
    );
    if (error < best.error) best = { lag, error };
  }
  return best.lag;
}

/** What was painted at a time of every round, mixed of the pictures before and after. */
function pictureAt(round: readonly Thumbnail[], period: number, time: number): number[] {
  const at = time % period;
  const next = round.findIndex((picture) => picture.at >= at);
  const [from, to] = [round.at(Math.max(next, 0) - 1)!, round[Math.max(next, 0)]!];
  const apart = (to.at - from.at + period) % period;
  const share = apart > 0 ? ((at - from.at + period) % period) / apart : 0;
  return from.light.map((light, n) => light + (to.light[n]! - light) * share);
}

function difference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, n) => sum + (value - b[n]!) ** 2, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
