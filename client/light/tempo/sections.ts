import { BAR_BEATS, type BarPhase } from "./bars.ts";
import { lineThrough } from "./beat-times.ts";

/** A stretch of steady tempo. */
export interface Section {
  /** Index of its first beat in the list of beats. */
  firstBeat: number;
  /** Index after its last beat. */
  endBeat: number;
  /** Mean tempo, beats a minute. */
  bpm: number;
  /** How sure it is that these are the beats, 0..1. */
  confidence: number;
  /** How many beats after its first one the first bar begins, 0…3. */
  barOffset: number;
  /** How sure that is, 0..1. */
  barConfidence: number;
}

/** Another tempo, by this share, is another section… */
const OTHER_TEMPO = 0.03;
/** …if it lasts this many beats. */
const OTHER_BEATS = 4;

/**
 * Divides a run of beats into sections of steady tempo.
 * @param times of the beats, ms
 * @param phase of the bars in the run
 * @param confidenceAt how sure a beat is, by its index in the run
 * @param index of the run's first beat in the list of all beats
 */
export function sectionsOf(
  times: readonly number[],
  phase: BarPhase,
  confidenceAt: (beat: number) => number,
  index: number,
): Section[] {
  const sections: Section[] = [];
  for (const [first, end] of steadyRuns(times)) {
    let confidence = 0;
    for (let n = first; n < end; n++) confidence += confidenceAt(n) / (end - first);
    sections.push({
      firstBeat: index + first,
      endBeat: index + end,
      bpm: 60_000 / periodOf(times, first, end),
      confidence,
      barOffset: (((phase.offset - first) % BAR_BEATS) + BAR_BEATS) % BAR_BEATS,
      barConfidence: phase.confidence,
    });
  }
  return sections;
}

/** Beats of one tempo: from, up to not including. A run that is over begins the next one's first interval. */
function steadyRuns(times: readonly number[]): [first: number, end: number][] {
  const runs: [number, number][] = [];
  let first = 0;
  for (let n = 2 * OTHER_BEATS; n + OTHER_BEATS < times.length; n++) {
    if (n - first < 2 * OTHER_BEATS) continue;
    const period = (times[n]! - times[first]!) / (n - first);
    const next = (times[n + OTHER_BEATS]! - times[n]!) / OTHER_BEATS;
    if (Math.abs(next / period - 1) < OTHER_TEMPO) continue;
    // The change is seen as soon as it is within reach, and is where the difference is greatest.
    let change = n;
    for (let m = n + 1; m <= n + OTHER_BEATS && m + OTHER_BEATS < times.length; m++) {
      if (otherness(times, period, m) > otherness(times, period, change)) change = m;
    }
    runs.push([first, change]);
    first = change;
  }
  runs.push([first, times.length]);
  return runs;
}

/** By what share the beats after one are of another tempo. */
function otherness(times: readonly number[], period: number, beat: number): number {
  return Math.abs((times[beat + OTHER_BEATS]! - times[beat]!) / OTHER_BEATS / period - 1);
}

/** Mean beat period, ms. */
function periodOf(times: readonly number[], first: number, end: number): number {
  // The section goes on to the next one's first beat.
  const points = times.slice(first, Math.min(end + 1, times.length)).map((y, x) => ({ x, y, weight: 1 }));
  return lineThrough(points)?.slope ?? Number.NaN;
}
