import { GRID_STEP_SAMPLES } from "../../../client/listener/ear/grid.ts";
import { RTP_PER_MS } from "../../../server/protocol/timing.ts";
import { type EarLog, paintTimes } from "../../support/watch-ear.ts";

const STEP_MS = GRID_STEP_SAMPLES / RTP_PER_MS;

/** The moments of the grid that were due while it was measured. */
export interface GridPoints {
  due: number;
  /** Moments that have never got a spectrum. */
  never: number;
  /** Moments whose spectrum came after they were to be painted. */
  late: number;
  /** Frames that the ear has not taken: they came too late, or not at all. */
  framesMissing: number;
  /** Frames that came first over the WebSocket. */
  framesBySocket: number;
}

/**
 * Compares what a screen has heard with what it was to paint.
 * @param from ms since 1970
 * @param until the same
 */
export function gridPoints(log: EarLog, from: number, until: number): GridPoints {
  const heardAt = new Map(log.heard.map(([media, at]) => [keyOf(media), at]));
  const paintedAt = paintTimes(log);
  const points: GridPoints = { due: 0, never: 0, late: 0, framesMissing: 0, framesBySocket: 0 };
  for (let media = log.heard[0]![0]; ; media += STEP_MS) {
    const due = paintedAt(media);
    if (!(due < until)) break;
    if (due < from) continue;
    const at = heardAt.get(keyOf(media));
    points.due += 1;
    if (at === undefined) points.never += 1;
    else if (at > due) points.late += 1;
  }
  const frames = log.arrivals.filter(([, at]) => at >= from && at < until);
  points.framesBySocket = frames.filter(([, , via]) => via === "socket").length;
  points.framesMissing = missingFrames(frames.map(([media]) => media));
  return points;
}

/** Frames that are missing between the first and the last of those that came, all of one duration. */
function missingFrames(medias: readonly number[]): number {
  const sorted = medias.toSorted((a, b) => a - b);
  const steps = sorted.slice(1).map((media, index) => media - sorted[index]!);
  const frame = Math.min(...steps);
  return steps.reduce((sum, step) => sum + Math.round(step / frame) - 1, 0);
}

/** Media times of the same moment differ in rounding only. */
function keyOf(media: number): number {
  return Math.round(media * RTP_PER_MS);
}
