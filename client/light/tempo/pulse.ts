import type { Onset } from "./onset-strength.ts";

/** Onsets stand out from the mean of about this much sound, in spectra: a second. */
const MEAN_SPECTRA = 100;
/** Onsets are measured by how strong they were of late, in spectra: about four seconds. */
const LATE_SPECTRA = 400;
/** Below this onsets are not made louder, dB (root mean square): what a steady tone or a codec leaves. */
const LEAST_RMS_DB = 0.5;
/** An onset counts at most this many times the usual, so that one crash does not outweigh a bar. */
const PULSE_MAX = 4;

/**
 * Makes onset strengths comparable over a song, causally: above the mean of the last second, in units of
 * their own root mean square of the last seconds, and limited.
 */
class Normaliser {
  #mean = 0;
  #square = 0;
  #seen = 0;

  add(strength: number): number {
    this.#seen++;
    this.#mean += (strength - this.#mean) / Math.min(this.#seen, MEAN_SPECTRA);
    const above = Math.max(strength - this.#mean, 0);
    // The first second is too short to tell what is usual.
    this.#square += (above ** 2 - this.#square) / Math.min(Math.max(this.#seen, MEAN_SPECTRA), LATE_SPECTRA);
    return Math.min(above / Math.max(Math.sqrt(this.#square), LEAST_RMS_DB), PULSE_MAX);
  }
}

/** The pulses of the three parts of the sound, each 0…4, in units of what was usual of late. */
export type Pulses = [low: number, mid: number, high: number];

/** Normalises the three parts, each by itself: a hat counts as much as a kick. */
export class PulseMaker {
  readonly #low = new Normaliser();
  readonly #mid = new Normaliser();
  readonly #high = new Normaliser();

  add({ low, mid, high }: Onset): Pulses {
    return [this.#low.add(low), this.#mid.add(mid), this.#high.add(high)];
  }
}

/** How much a beat is to be expected where these pulses are, 0…4: most where all parts sound. */
export function salienceOf([low, mid, high]: Pulses): number {
  return (low + mid + high) / 3;
}
