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
