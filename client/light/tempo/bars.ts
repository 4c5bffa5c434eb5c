import { HarmonicChange } from "./harmony.ts";

/** Beats of a bar: nearly all music for dancing has four. */
export const BAR_BEATS = 4;
/** How much a change of chord says about bars beside a bass onset. */
const CHANGE_SHARE = 1.5;
/** A phase leads surely by this much over the next best, in standard deviations… */
const LEAD_SURE = 1.5;
/** …and by this many standard errors. */
const ERRORS_SURE = 4;
/** Chords tell bars where one beat of four leads by this much, in standard deviations. */
const CHORD_LEAD_MIN = 0.3;
/** What is left of confidence where they do not, or tell another beat than the bass. */
const DISAGREE = 0.4;
/** Smallest usual differences between beats that count: of bass pulses and of harmonic change. */
const LEAST_BASS = 0.5;
const LEAST_CHANGE = 0.05;

/** Which beat is the first of a bar, and how sure that is. */
export interface BarPhase {
  /** Index of the first beat that begins a bar, 0…3. */
  offset: number;
  /** 0 is guessed, 1 is sure. */
  confidence: number;
}

/**
 * Guesses where bars begin: where the bass and chords change most often.
 * @param beats spectra of the beats
 * @param low bass pulses by spectrum
 * @param change harmonic change by spectrum as it was given, hence later by its lag
 */
export function barPhase(beats: readonly number[], low: Float32Array, change: Float32Array): BarPhase {
  const bass = standardised(
    beats.map((beat) => greatest(low, Math.round(beat), 3)),
    LEAST_BASS,
  );
  const chords = standardised(
    beats.map((beat) => greatest(change, Math.round(beat) + HarmonicChange.LAG_SPECTRA, 5)),
    LEAST_CHANGE,
  );
  const both = bass.map((value, n) => value + CHANGE_SHARE * chords[n]!);
  const [first, second] = phasesOf(both);
  const lead = first.mean - second.mean;
  // Sure are leads that are large, too large for chance, and of chords too, since a bass may syncopate.
  const error = Math.sqrt((first.variance + second.variance) / Math.max(beats.length / BAR_BEATS, 1));
  const chance = lead / (ERRORS_SURE * error + 1e-3);
  const confidence = Math.min(lead / LEAD_SURE, chance, 1);
  const [chord, otherChord] = phasesOf(chords);
  const agree = chord.offset === first.offset && chord.mean - otherChord.mean > CHORD_LEAD_MIN;
  return { offset: first.offset, confidence: agree ? confidence : confidence * DISAGREE };
}

/** The beats of a bar, the likeliest first one first. */
function phasesOf(signs: readonly number[]): [Phase, Phase] {
  const phases = Array.from({ length: BAR_BEATS }, (_, offset) => {
    return { offset, ...statistics(signs.filter((_, n) => n % BAR_BEATS === offset)) };
  });
  return phases.sort((a, b) => b.mean - a.mean) as unknown as [Phase, Phase];
}

type Phase = { offset: number; mean: number; variance: number };

function greatest(values: Float32Array, middle: number, side: number): number {
  let most = 0;
  for (let n = middle - side; n <= middle + side; n++) most = Math.max(most, values[n] ?? 0);
  return most;
}

/** Values less their mean, in units of their standard deviation; small ones if that is small. */
function standardised(values: readonly number[], least: number): number[] {
  const { mean, variance } = statistics(values);
  return values.map((value) => (value - mean) / Math.max(Math.sqrt(variance), least));
}

function statistics(values: readonly number[]): { mean: number; variance: number } {
  if (values.length === 0) return { mean: 0, variance: 1 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}
