import { BAR_BEATS, type BarPhase, barPhase } from "./bars.ts";
import { findBeats, onsetNear, refineBeats } from "./beat-times.ts";
import { Growing } from "./growing.ts";
import { ONSET_LAG_MS, type Onset, STEP_MS } from "./onset-strength.ts";
import { PulseMaker, salienceOf } from "./pulse.ts";
import { type Section, sectionsOf } from "./sections.ts";
import { BLOCK_SPECTRA, type TempoCurve, TempoCurveMaker } from "./tempo-curve.ts";
import { confidenceOf } from "./tempo-fit.ts";

/** The rhythm of a sound. */
export interface TrackedBeats {
  /** Times of all beats, ms of the sound, in order. Where there is no rhythm there are none. */
  beats: number[];
  /** Stretches of steady tempo, in order. Between them there may be sound without rhythm. */
  sections: Section[];
}

/** More than this is rhythm, see `rhythmOf`; noise reaches 0.04, and soft sounds without a beat 0.1. */
const RHYTHM_SURE = 0.15;
/** Around it less is enough, because the tempo is known. */
const RHYTHM_LEAST = 0.05;
/** A stretch of rhythm has at least this much that is sure, in blocks: four seconds. */
const STRETCH_MIN_BLOCKS = 8;
/** A stretch goes on where there is less rhythm for no longer than this, in blocks: four seconds. */
const GAP_MAX_BLOCKS = 8;
/** Beats are looked for this far before and after a stretch of rhythm: a bar. */
const EDGE_BEATS = BAR_BEATS;
/** Beats go on for two bars without an onset. */
const SILENT_BEATS_MAX = 2 * BAR_BEATS + 1;

/**
 * Finds the beats of a file. Takes onsets as the file is analysed; {@link result} may be asked for at any
 * time, and is best at the end. Keeps 2.6 kB a second of sound.
 */
export class BeatTracker {
  readonly #startMs: number;
  readonly #pulses = new PulseMaker();
  readonly #tempo = new TempoCurveMaker();
  readonly #salience = new Growing();
  readonly #low = new Growing();
  readonly #change = new Growing();

  /** @param startMs time at the end of the first spectrum's window, ms */
  constructor(startMs = 0) {
    this.#startMs = startMs;
  }

  /** Adds the onset of the next spectrum, 10 ms after the last one. */
  add(onset: Onset): void {
    const pulses = this.#pulses.add(onset);
    this.#tempo.add(pulses);
    this.#salience.push(salienceOf(pulses));
    this.#low.push(pulses[0]);
    this.#change.push(onset.change);
  }

  /** The beats of all that was added. About a third of a second's work for two hours of sound. */
  result(): TrackedBeats {
    const curve = this.#tempo.curve();
    const salience = this.#salience.values;
    const beats: number[] = [];
    const sections: Section[] = [];
    for (const [first, end] of stretches(curve, salience.length)) {
      const found = findBeats(salience, first, end, (spectrum) => {
        return curve.periods[Math.min(Math.floor(spectrum / BLOCK_SPECTRA), curve.periods.length - 1)]!;
      });
      for (const run of withoutSilence(salience, found)) {
        const spectra = refineBeats(salience, run);
        const phase: BarPhase = barPhase(spectra, this.#low.values, this.#change.values);
        const times = spectra.map((spectrum) => this.#startMs + spectrum * STEP_MS - ONSET_LAG_MS);
        const confidenceAt = (beat: number) =>
          confidenceOf(
            curve.rhythms[Math.min(Math.floor(spectra[beat]! / BLOCK_SPECTRA), curve.rhythms.length - 1)]!,
          );
        sections.push(...sectionsOf(times, phase, confidenceAt, beats.length));
        beats.push(...times);
      }
    }
    return { beats, sections };
  }
}

/** Where there is rhythm, and a bar more on each side: spectra from, up to not including. */
function stretches({ rhythms, periods }: TempoCurve, spectra: number): [first: number, end: number][] {
  const blocks: [first: number, end: number, sure: number][] = [];
  for (const [block, rhythm] of rhythms.entries()) {
    if (rhythm < RHYTHM_LEAST) continue;
    const last = blocks.at(-1);
    if (last && block - last[1] <= GAP_MAX_BLOCKS) last[1] = block + 1;
    else blocks.push([block, block + 1, 0]);
    if (rhythm >= RHYTHM_SURE) blocks.at(-1)![2]++;
  }
  const found: [number, number][] = [];
  for (const [first, end, sure] of blocks) {
    if (sure < STRETCH_MIN_BLOCKS) continue;
    const from = Math.floor(first * BLOCK_SPECTRA - EDGE_BEATS * periods[first]!);
    const until = Math.ceil(end * BLOCK_SPECTRA + EDGE_BEATS * periods[end - 1]!);
    found.push([Math.max(from, found.at(-1)?.[1] ?? 0), Math.min(until, spectra)]);
  }
  return found.filter(([from, until]) => until > from);
}

/** Divides beats where there is no onset for more than two bars, and leaves out those beats. */
function withoutSilence(salience: Float32Array, beats: readonly number[]): number[][] {
  const runs: number[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const [n, beat] of beats.entries()) {
    if (!onsetNear(salience, beat)) continue;
    if (n - last <= SILENT_BEATS_MAX) runs.at(-1)!.push(...beats.slice(last + 1, n + 1));
    else runs.push([beat]);
    last = n;
  }
  return runs.filter((run) => run.length > BAR_BEATS);
}
