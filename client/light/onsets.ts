import { BAR_BEATS } from "#protocol/light-map.ts";
import type { KnownBeats } from "./light-map.ts";

/** Quieter bins count as silent, dB. */
const FLOOR_DB = -80;
/** How many fluxes are kept for comparison: about a second of frames. */
const FLUXES_MAX = 64;
/** With fewer fluxes no onset is found. */
const FLUXES_MIN = 8;
/** The flux of an onset is more than this many times the usual flux, plus {@link ABOVE_USUAL_DB}. */
const TIMES_USUAL = 1.8;
/** See {@link TIMES_USUAL}. */
const ABOVE_USUAL_DB = 1.5;
/** Shortest time between two beats: 500 per minute. */
const REFRACTORY_MS = 120;

/**
 * Finds the onsets of beats. At an onset the spectral flux, the mean rise of the bins from one spectrum to
 * the next, stands out from its own median of the last second.
 */
export class Onsets {
  #before = new Float32Array(0);
  readonly #fluxes: number[] = [];
  #last = Number.NEGATIVE_INFINITY;

  /**
   * Adds the next spectrum.
   * @param spectrum dB per bin
   * @param at its time, ms
   * @returns whether a beat begins in it
   */
  add(spectrum: Float32Array, at: number): boolean {
    const known = this.#before.length === spectrum.length;
    const flux = known ? this.#fluxOf(spectrum) : 0;
    if (!known) this.#before = new Float32Array(spectrum.length);
    for (let bin = 0; bin < spectrum.length; bin++) this.#before[bin] = floored(spectrum[bin]!);
    const usual = median(this.#fluxes);
    this.#fluxes.push(flux);
    if (this.#fluxes.length > FLUXES_MAX) this.#fluxes.shift();
    if (at < this.#last) this.#last = Number.NEGATIVE_INFINITY;
    const standsOut = this.#fluxes.length > FLUXES_MIN && flux > usual * TIMES_USUAL + ABOVE_USUAL_DB;
    if (!standsOut || at - this.#last < REFRACTORY_MS) return false;
    this.#last = at;
    return true;
  }

  /** The mean rise of all bins, dB. Each octave weighs the same, because a kick drum has only few bins. */
  #fluxOf(spectrum: Float32Array): number {
    let sum = 0;
    let weights = 0;
    for (let bin = 1; bin < spectrum.length; bin++) {
      const weight = 1 / bin;
      sum += weight * Math.max(floored(spectrum[bin]!) - this.#before[bin]!, 0);
      weights += weight;
    }
    return sum / weights;
  }
}

function floored(db: number): number {
  return db > FLOOR_DB ? db : FLOOR_DB;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** How many beats are kept: more than the longest ripple shows at once. */
const BEATS = 16;

/** No beats are known ahead. */
const NOTHING_KNOWN: KnownBeats = { around: () => undefined, upTo: () => [] };

/** The beats of the music, by media time: those that are known ahead, or else those that were found. */
export class Beats {
  readonly #onsets = new Onsets();
  /** Media times of the last beats that were found, ms, the newest last. */
  #found: readonly number[] = [];
  /** Beats that are known ahead. */
  known = NOTHING_KNOWN;

  /**
   * Adds the next spectrum.
   * @param media its media time, ms
   * @param attack media time at which the beat in it begins, ms; called only if there is one
   */
  add(spectrum: Float32Array, media: number, attack = () => media): void {
    if (this.#onsets.add(spectrum, media)) this.record(attack());
  }

  /** Takes the media time of a beat that was found elsewhere, ms. */
  record(media: number): void {
    this.#found = [...this.#found.slice(1 - BEATS), media];
  }

  /** Media times of the last beats at a media time, ms, the newest last; found ones may be later. */
  at(media: number): readonly number[] {
    return this.known.around(media) ? this.known.upTo(media) : this.#found;
  }

  /** Time from the last beat to a media time, ms; infinite without one. */
  since(media: number): number {
    const around = this.known.around(media);
    if (around) return around.since;
    const last = this.#found.filter((beat) => beat <= media).pop();
    return last === undefined ? Number.POSITIVE_INFINITY : media - last;
  }

  /** How far a bar has come at a media time, 0..1; undefined where no beats are known. */
  inBar(media: number): number | undefined {
    const around = this.known.around(media);
    return around && (around.inBar + around.since / (around.since + around.until)) / BAR_BEATS;
  }

  /** Forgets the beats that were found. */
  clear(): void {
    this.#found = [];
  }
}
