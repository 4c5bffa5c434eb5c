import { ONSET_LAG_MS, type Onset, STEP_MS } from "./onset-strength.ts";
import { type BeatLine, findLine } from "./phase.ts";
import { PulseMaker, salienceOf } from "./pulse.ts";
import { Similarity, SimilaritySums } from "./similarity.ts";
import { confidenceOf, PERIODS, rhythmOf, scorePeriods } from "./tempo-fit.ts";
import { stepTempo } from "./tempo-path.ts";

/** The tempo is told anew after this many spectra: half a second. */
const TEMPO_SPECTRA = 50;
/** The beats are told anew after this many: a tenth of a second. */
const LINE_SPECTRA = 10;
/** What is heard counts less by this factor each half second: about six seconds count. */
const REMEMBER = 0.92;
/** The same for what was likely before. */
const REMEMBER_LIKELY = 0.88;
/** What a jump of the tempo costs: several seconds of a clearly better score. */
const JUMP_COST = 3;
/** Salience from which beats are told: ten seconds. */
const HEARD_SPECTRA = 1_000;
/** Beats are told after this much sound. */
const HEARD_LEAST_SPECTRA = 200;
/** A line that jumps is believed when it was found this many times in a row: a second. */
const JUMPS = 10;
/** A line off by less than this share of a beat is the same, only better known. */
const SAME_SHARE = 0.12;
/** The same for the beat period. */
const SAME_PERIOD_SHARE = 0.04;
/** How much of such a correction is taken at once. */
const CORRECTION = 0.5;
/** Salience of an onset that keeps the beat alive. */
const ALIVE = 1;
/** Without onsets beats go on surely for this many, two bars, and end after as many again. */
const SILENT_BEATS = 8;

/** What is known of the beat at a moment. */
export interface LiveTempo {
  /** Beats a minute. */
  bpm: number;
  /** 0…1: below about 0.2 there is no beat. */
  confidence: number;
}

/**
 * The beat of live sound, which has no future: each spectrum's onset is added as it is heard, and the next
 * beats are predicted. Needs two seconds to say something and about six to be sure. Of bounded size.
 */
export class LiveBeats {
  readonly #pulses = new PulseMaker();
  readonly #similarity = new Similarity();
  readonly #block = new SimilaritySums();
  readonly #heard = new SimilaritySums();
  readonly #totals = new Float64Array(PERIODS.length);
  readonly #scores = new Float32Array(PERIODS.length);
  #salience: Float32Array = new Float32Array(0);
  /** Spectra heard; the index of the next one. */
  #seen = 0;
  /** The beats, in spectra since the beginning. */
  #line: BeatLine | undefined;
  #jumps = 0;
  #lastOnset = 0;
  #rhythm = 0;
  /** How many beats the line's anchor is after the first beat that was told: which beats halving keeps. */
  #number = 0;
  readonly #startMs: number;
  /** What a person asked for: half or twice the tempo that is heard. */
  factor: 0.5 | 1 | 2 = 1;

  /** @param startMs time at the end of the first spectrum's window, ms */
  constructor(startMs = 0) {
    this.#startMs = startMs;
    this.#salience = new Float32Array(HEARD_SPECTRA);
  }

  /** Adds the onset of the next spectrum, 10 ms after the last one. */
  add(onset: Onset): void {
    const pulses = this.#pulses.add(onset);
    const salience = salienceOf(pulses);
    this.#similarity.add(pulses, this.#block);
    this.#salience[this.#seen % HEARD_SPECTRA] = salience;
    if (salience > ALIVE) this.#lastOnset = this.#seen;
    this.#seen++;
    if (this.#seen % TEMPO_SPECTRA === 0) this.#tellTempo();
    if (this.#seen % LINE_SPECTRA === 0 && this.#seen >= HEARD_LEAST_SPECTRA) this.#tellLine();
  }

  /** Tempo and how sure it is; undefined before it can be told. */
  get tempo(): LiveTempo | undefined {
    if (!this.#line) return undefined;
    const silentBeats = (this.#seen - this.#lastOnset) / this.#line.period;
    const alive = Math.min(Math.max(2 - silentBeats / SILENT_BEATS, 0), 1);
    const bpm = (this.factor * 60_000) / STEP_MS / this.#line.period;
    return { bpm, confidence: alive * confidenceOf(this.#rhythm) };
  }

  /**
   * The beats in a stretch of time, also one that is still to come, ms. Empty before the tempo can be told.
   * @param fromMs first possible time
   * @param endMs time after the last possible one
   */
  beats(fromMs: number, endMs: number): number[] {
    if (!this.#line) return [];
    const period = (this.#line.period * STEP_MS) / this.factor;
    // Half the beats are those with even numbers.
    const odd = this.factor === 0.5 ? Math.abs(this.#number % 2) : 0;
    const anchor = this.#startMs + (this.#line.at - odd * this.#line.period) * STEP_MS - ONSET_LAG_MS;
    const times: number[] = [];
    const first = Math.ceil((fromMs - anchor) / period);
    for (let n = first; anchor + n * period < endMs; n++) times.push(anchor + n * period);
    return times;
  }

  #tellTempo(): void {
    this.#heard.scale(REMEMBER);
    this.#heard.add(this.#block, 1);
    this.#block.clear();
    scorePeriods(this.#heard, this.#scores);
    for (let n = 0; n < this.#totals.length; n++) this.#totals[n]! *= REMEMBER_LIKELY;
    stepTempo(this.#totals, this.#scores, JUMP_COST);
  }

  #tellLine(): void {
    const period = PERIODS[this.#totals.indexOf(Math.max(...this.#totals))]!;
    this.#rhythm = rhythmOf(this.#heard, this.#line?.period ?? period);
    // In silence nothing is learnt, and the beats go on.
    if (this.#line && this.#seen - this.#lastOnset > this.#line.period * 2) return;
    const count = Math.min(this.#seen, HEARD_SPECTRA);
    const begin = this.#seen - count;
    const salience = Float32Array.from({ length: count }, (_, n) => {
      return this.#salience[(begin + n) % HEARD_SPECTRA]!;
    });
    const present = this.#line && { ...this.#line, at: this.#line.at - begin };
    const found = findLine(salience, period, present);
    this.#take({ ...found, at: found.at + begin });
  }

  /** Takes a line: at once if it is the same, only better known; after a while if the beat jumps. */
  #take(found: BeatLine): void {
    const now = this.#line;
    if (!now) {
      this.#line = found;
      return;
    }
    const beats = Math.round((this.#seen - found.at) / found.period);
    const at = found.at + beats * found.period;
    const passed = Math.round((at - now.at) / now.period);
    const nearest = now.at + passed * now.period;
    const isSame =
      Math.abs(found.period / now.period - 1) < SAME_PERIOD_SHARE &&
      Math.abs(at - nearest) < SAME_SHARE * now.period;
    if (isSame) {
      this.#jumps = 0;
      this.#number += passed;
      const period = now.period + CORRECTION * (found.period - now.period);
      this.#line = { at: nearest + CORRECTION * (at - nearest), period, strength: found.strength };
    } else if (++this.#jumps >= JUMPS) {
      this.#jumps = 0;
      this.#line = { ...found, at };
    }
  }
}
