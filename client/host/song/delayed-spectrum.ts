import type { Song } from "./song.ts";

/** The number of spectra kept: three seconds of them at 60 a second, more than any wall delay. */
const SPECTRA_MAX = 180;

/**
 * The song's spectrum, delayed by the wall delay, so that the console paints its copy of the wall at the same
 * time as the screens.
 */
export class DelayedSpectrum {
  readonly #spectra: Float32Array<ArrayBuffer>[] = [];
  readonly #times: number[] = [];
  #count = 0;
  /** How old the spectrum is that was read last, ms. */
  ageMs = 0;

  /**
   * Measures the song, and finds what the screens show now. Call it once in each animation frame.
   * @param now a time of `performance.now()`, ms
   * @returns dB per bin; empty before anything was played
   */
  read(song: Song, now: number): Float32Array {
    const { analyser, settings } = song;
    if (!analyser) return new Float32Array(0);
    const slot = this.#count++ % SPECTRA_MAX;
    this.#spectra[slot] ??= new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(this.#spectra[slot]);
    this.#times[slot] = now;
    // The loudspeaker plays a sound later than screens paint for it by the trim, and only on air.
    const { localDelayMs, latencyMs } = song.output;
    const paintedMs = localDelayMs + latencyMs - settings.soundTrim.peek();
    return this.#at(localDelayMs > 0 ? now - paintedMs : now, now);
  }

  /** The newest spectrum that is not newer than `time`, or else the oldest. */
  #at(time: number, now: number): Float32Array {
    const oldest = Math.max(this.#count - SPECTRA_MAX, 0);
    let found = this.#count - 1;
    while (found > oldest && this.#times[found % SPECTRA_MAX]! > time) found--;
    this.ageMs = now - this.#times[found % SPECTRA_MAX]!;
    return this.#spectra[found % SPECTRA_MAX]!;
  }
}
