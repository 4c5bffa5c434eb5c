import { attackAge } from "../../light/attack.ts";
import { Onsets } from "../../light/onsets.ts";

/** Samples of RTP time in a second (RFC 7587 §4.1). */
const RATE_HZ = 48_000;

/** Finds beats in what is heard: where they begin, by the sound itself. */
export class BeatFinder {
  readonly #onsets = new Onsets();

  /**
   * Takes the next spectrum of the grid.
   * @param spectrum dB per bin
   * @param end media time of the end of its window, ms
   * @param window gives the sound of the window
   * @returns media time at which a beat begins in it, ms; undefined if none does
   */
  find(spectrum: Float32Array, end: number, window: () => Float32Array): number | undefined {
    if (!this.#onsets.add(spectrum, end)) return;
    return end - attackAge(window(), RATE_HZ) * 1_000;
  }
}
