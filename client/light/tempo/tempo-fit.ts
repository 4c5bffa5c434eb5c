import { STEP_MS } from "./onset-strength.ts";
import { BPM_MAX, BPM_MIN, type SimilaritySums } from "./similarity.ts";

/** Ratio of neighbouring tempi. */
const TEMPO_RATIO = 1.01;
/**
 * Most people tap at tempi about this one (log-normal; M. McKinney and D. Moelants, "Ambiguity in Tempo
 * Perception", Music Perception 24, 2006).
 */
const USUAL_BPM = 120;

/**
 * What speaks for a beat period. The weights were fitted to 43 drum patterns of 60–178 bpm and to
 * six songs, so that the right tempo has a higher score than any other, by the greatest margin.
 */
const WEIGHTS = {
  /** Pulses return after a beat. */
  beat: 0.5,
  /** Pulses return after two beats. */
  twoBeats: 0.1,
  /** Pulses return after a bar of four. */
  bar: 0.2,
  /** Kicks and snares are a beat apart, which tells a tempo from its half and its double. */
  backbeat: 0.78,
  /** The tempo is usual. */
  usual: 0.58,
  /**
   * Against a tempo whose half beats are as strong as its beats, where all parts of the sound sound together,
   * so that nothing else tells beats from half beats: the fastest pulse of a click track is its beat.
   */
  undivided: 4.8,
} as const;
/** See {@link WEIGHTS.undivided}: sameness above this, and half beats of at least this share. */
const SAMENESS_MIN = 0.85;
const HALF_BEAT_SHARE = 0.5;
/** It decides between tempi that are about as likely, no more. */
const UNDIVIDED_MAX = 0.15;

/** Beat periods that are considered, in spectra, from the fastest tempo to the slowest. */
export const PERIODS: readonly number[] = Array.from(
  { length: Math.floor(Math.log(BPM_MAX / BPM_MIN) / Math.log(TEMPO_RATIO)) + 1 },
  (_, n) => (60_000 / STEP_MS / BPM_MAX) * TEMPO_RATIO ** n,
);
const USUALS = PERIODS.map((period) => -0.5 * Math.log2(60_000 / STEP_MS / period / USUAL_BPM) ** 2);

/** Products of the quietest rhythm that counts: less is taken for silence. */
const LEAST_SUM = 5;
/** Kicks or snares below this share of all products are hardly there. */
const LEAST_DRUMS = 0.02;

/** Fills in how well each of {@link PERIODS} fits: higher is better. */
export function scorePeriods(sums: SimilaritySums, scores: Float32Array): void {
  const whole = sums.self[0]! + LEAST_SUM;
  // Where there is hardly a snare, what kicks have in common with it is chance.
  const [kicks, snares] = [sums.energies[0]! + LEAST_DRUMS * whole, sums.energies[1]! + LEAST_DRUMS * whole];
  const drums = 2 * Math.sqrt(kicks * snares);
  const sameness = Math.max(sums.sameness - SAMENESS_MIN, 0);
  const undivided = Math.min(WEIGHTS.undivided * sameness, UNDIVIDED_MAX);
  for (let n = 0; n < PERIODS.length; n++) {
    const period = PERIODS[n]!;
    const half = at(sums.self, period / 2) / whole;
    const beat = at(sums.self, period) / whole;
    let score = WEIGHTS.beat * beat;
    score += (WEIGHTS.twoBeats * at(sums.self, 2 * period)) / whole;
    score += (WEIGHTS.bar * at(sums.self, 4 * period)) / whole;
    score += (WEIGHTS.backbeat * at(sums.cross, period)) / drums;
    score += WEIGHTS.usual * USUALS[n]!;
    if (half > HALF_BEAT_SHARE * Math.max(beat, 0.1)) score -= undivided;
    scores[n] = score;
  }
}

/**
 * How much pulses have in common with those one to four beats later, 0…1: about 0 for noise, 0.3 and more for
 * music with a beat.
 * @param period in spectra
 */
export function rhythmOf(sums: SimilaritySums, period: number): number {
  const [one, two, three, four] = [1, 2, 3, 4].map((beats) => at(sums.self, beats * period));
  const common = 0.4 * one! + 0.2 * two! + 0.2 * three! + 0.2 * four!;
  return Math.max(common / (sums.self[0]! + LEAST_SUM), 0);
}

/** Less in common than the first is no rhythm; more than the second is certainly one. */
const NO_RHYTHM = 0.05;
const SURE_RHYTHM = 0.35;

/** How sure it is that there is a beat, 0..1, from {@link rhythmOf}. */
export function confidenceOf(rhythm: number): number {
  return Math.min(Math.max((rhythm - NO_RHYTHM) / (SURE_RHYTHM - NO_RHYTHM), 0), 1);
}

/** The value at a fractional lag; nothing beyond the longest. */
function at(values: Float32Array, lag: number): number {
  const below = Math.floor(lag);
  const share = lag - below;
  return (values[below] ?? 0) * (1 - share) + (values[below + 1] ?? 0) * share;
}
