import { percentile } from "../wall/figures.ts";
import type { Thumbnail } from "./in-page.ts";
import type { FrameCost } from "./trace.ts";

export interface Cost {
  /** CPU time of a frame's scripts, median. */
  scriptP50Ms: number;
  /** CPU time of a frame's scripts, 95th percentile. */
  scriptP95Ms: number;
  /** Elapsed time of a frame's scripts, 95th percentile. */
  clockP95Ms: number;
  /** Frames a second. */
  fps: number;
}

/** Sums up the costs of frames. */
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

/** The greatest lag that is tried, in both directions. */
const LAG_MAX_MS = 150;
/** The distance between two lags that are tried. */
const LAG_STEP_MS = 1;

/**
 * How much later one screen paints the same picture than another, ms: the lag at which the pictures of both
 * differ least. The song repeats itself: the pictures of all periods together cover each moment of a period,
 * even if a screen paints few pictures a second.
 */
export function lagBetween(
  early: readonly Thumbnail[],
  late: readonly Thumbnail[],
  periodMs: number,
): number {
  const folded = early
    .map(({ at, light }) => ({ at: at % periodMs, light }))
    .sort((one, other) => one.at - other.at);
  let best = { lag: Number.NaN, error: Number.POSITIVE_INFINITY };
  for (let lag = -LAG_MAX_MS; lag <= LAG_MAX_MS; lag += LAG_STEP_MS) {
    const error = late.reduce(
      (sum, { at, light }) => sum + difference(light, pictureAt(folded, periodMs, at - lag)),
      0,
    );
    if (error < best.error) best = { lag, error };
  }
  return best.lag;
}

/** The picture at a time within the period, interpolated between the pictures before and after it. */
function pictureAt(folded: readonly Thumbnail[], periodMs: number, time: number): number[] {
  const at = time % periodMs;
  const next = folded.findIndex((picture) => picture.at >= at);
  const [from, to] = [folded.at(Math.max(next, 0) - 1)!, folded[Math.max(next, 0)]!];
  const apart = (to.at - from.at + periodMs) % periodMs;
  const share = apart > 0 ? ((at - from.at + periodMs) % periodMs) / apart : 0;
  return from.light.map((light, n) => light + (to.light[n]! - light) * share);
}

function difference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, n) => sum + (value - b[n]!) ** 2, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
