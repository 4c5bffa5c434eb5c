import { type BarPhase, barPhase, BAR_BEATS } from "./bars.ts";
import { findBeats, onsetNear, refineBeats } from "./beat-times.ts";
import { Growing } from "./growing.ts";
import { type Onset, ONSET_LAG_MS, STEP_MS } from "./onset-strength.ts";
import { PulseMaker, salienceOf } from "./pulse.ts";
import { BLOCK_SPECTRA, type TempoCurve, TempoCurveMaker } from "./tempo-curve.ts";
import { confidenceOf } from "./tempo-fit.ts";
import { type Section, sectionsOf } from "./sections.ts";

/** The rhythm of a sound. */
export interface TrackedBeats {
  /** Times of all beats, ms of the sound, in order. Where there is no rhythm there are none. */
  beats: number[];
  /** Stretches of steady tempo, in order. Between them there may be sound without rhythm. */
  sections: Section[];
}

/** Less of this is no rhythm, see `rhythmOf`. */
const RHYTHM_MIN = 0.16;
/** A stretch of rhythm is at least this long, in blocks: four seconds. */
const STRETCH_MIN_BLOCKS = 8;
/** A stretch goes on where there is less rhythm for no longer than this, in blocks: four seconds. */
const GAP_MAX_BLOCKS = 8;
/** Beats go on for two bars without an onset. */
const SILENT_BEATS_MAX = 2 * BAR_BEATS + 1;

/**
 * Finds the beats of a file. Takes onsets as the file is analysed; {@link result} may be asked for at any
 * time, and is best at the end. Bounded by the length: 8 bytes a spectrum and 2 kB a second.
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

  /** The beats of all that was added. About a second's work for two hours of sound. */
  result(): TrackedBeats {
    const curve = this.#tempo.curve();
    const salience = this.#salience.values;
    const beats: number[] = [];
    const sections: Section[] = [];
    for (const [first, end] of stretches(curve)) {
      const found = findBeats(salience, first * BLOCK_SPECTRA, end * BLOCK_SPECTRA, (spectrum) => {
        return curve.periods[Math.min(Math.floor(spectrum / BLOCK_SPECTRA), curve.periods.length - 1)]!;
      });
      for (const run of withoutSilence(salience, found)) {
        const spectra = refineBeats(salience, run);
        const phase: BarPhase = barPhase(spectra, this.#low.values, this.#change.values);
        const times = spectra.map((spectrum) => this.#startMs + spectrum * STEP_MS - ONSET_LAG_MS);
        const confidenceAt = (beat: number) =>
          confidenceOf(curve.rhythms[Math.min(Math.floor(spectra[beat]! / BLOCK_SPECTRA), curve.rhythms.length - 1)]!);
        sections.push(...sectionsOf(times, phase, confidenceAt, beats.length));
        beats.push(...times);
      }
    }
    return { beats, sections };
  }
}

/** Where there is rhythm: blocks from, up to not including. */
function stretches({ rhythms }: TempoCurve): [first: number, end: number][] {
  const found: [number, number][] = [];
  for (const [block, rhythm] of rhythms.entries()) {
    if (rhythm < RHYTHM_MIN) continue;
    const last = found.at(-1);
    if (last && block - last[1] <= GAP_MAX_BLOCKS) last[1] = block + 1;
    else found.push([block, block + 1]);
  }
  return found.filter(([first, end]) => end - first >= STRETCH_MIN_BLOCKS);
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
