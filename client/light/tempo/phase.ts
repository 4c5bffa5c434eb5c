import { lineThrough, onsetNear } from "./beat-times.ts";

/** Beats that lie on one line. */
export interface BeatLine {
  /** A beat, in spectra. */
  at: number;
  /** Distance of beats, in spectra. */
  period: number;
  /** Mean salience at its beats less that between them. */
  strength: number;
}

/** Periods that differ from the given one by up to this share are tried… */
const PERIOD_SHARE = 0.03;
/** …in steps of this share. */
const PERIOD_STEP = 0.005;
/** Onsets count less by e for each this many spectra of age: the newest tell most. */
const FORGET_SPECTRA = 400;
/** The same for the exact time of beats, which must follow a tempo that changes. */
const REFINE_SPECTRA = 200;
/** Onsets up to this far from a beat count, in spectra; less, the further. */
const BLUR = [1, 0.8, 0.5, 0.2];
/** A line near the present one is better by this share: the beat does not jump for a fill. */
const STAY_SHARE = 0.25;

/**
 * Finds the line of beats that catches most salience.
 * @param salience of the last seconds, the newest last
 * @param period about what it is, in spectra
 * @param present the line that was found before, as indices of the same salience
 */
export function findLine(salience: Float32Array, period: number, present: BeatLine | undefined): BeatLine {
  const blurred = blur(salience);
  const end = salience.length - 1;
  const before = lineScore(blurred, present, end);
  let best: BeatLine = { at: end, period, strength: 0 };
  let most = Number.NEGATIVE_INFINITY;
  for (let share = -PERIOD_SHARE; share <= PERIOD_SHARE + 1e-9; share += PERIOD_STEP) {
    const tried = period * (1 + share);
    for (let at = end; at > end - tried; at--) {
      const score = lineScore(blurred, { at, period: tried, strength: 0 }, end);
      if (score > most) [most, best] = [score, { at, period: tried, strength: score }];
    }
  }
  const isPresentPeriod = present && Math.abs(present.period / period - 1) < PERIOD_SHARE;
  if (isPresentPeriod && before * (1 + STAY_SHARE) > most) best = { ...present, strength: before };
  return refined(salience, best);
}

/** Salience at the beats of a line less that between them, weighted by age. */
function lineScore(blurred: Float32Array, line: BeatLine | undefined, end: number): number {
  if (!line) return Number.NEGATIVE_INFINITY;
  let [sum, weights] = [0, 0];
  const newest = line.at + Math.floor((end - line.at) / line.period) * line.period;
  for (let at = newest; at >= 0; at -= line.period) {
    const weight = Math.exp((at - end) / FORGET_SPECTRA);
    const between = Math.max(Math.round(at - line.period / 2), 0);
    sum += weight * (blurred[Math.round(at)]! - 0.3 * blurred[between]!);
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0;
}

function blur(salience: Float32Array): Float32Array {
  return Float32Array.from(salience, (_, n) => {
    let most = 0;
    for (let k = 0; k < BLUR.length; k++) {
      most = Math.max(most, BLUR[k]! * (salience[n - k] ?? 0), BLUR[k]! * (salience[n + k] ?? 0));
    }
    return most;
  });
}

/** The line through the onsets near its beats, to a fraction of a spectrum. */
function refined(salience: Float32Array, line: BeatLine): BeatLine {
  const end = salience.length - 1;
  const points: { x: number; y: number; weight: number }[] = [];
  const first = Math.floor((end - line.at) / line.period);
  for (let x = first; line.at + x * line.period >= 0; x--) {
    const onset = onsetNear(salience, line.at + x * line.period);
    // The last spectra may still rise: their peak is not known.
    if (!onset || onset.at > end - 2) continue;
    points.push({ x, y: onset.at, weight: onset.peak * Math.exp((onset.at - end) / REFINE_SPECTRA) });
  }
  if (points.length < 3) return line;
  const through = lineThrough(points);
  if (!through || Math.abs(through.slope / line.period - 1) > PERIOD_SHARE) return line;
  return { at: through.at, period: through.slope, strength: line.strength };
}
