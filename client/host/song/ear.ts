import { fftSizeFor } from "../../light/band.ts";
import type { Song } from "./song.ts";

/** Spectra kept: three seconds at 60 a second. */
const KEPT = 180;

/**
 * Hears what leaves when the screens show it, one wall delay later: what the console paints is in step with
 * them.
 */
export class Ear {
  readonly #spectra: Float32Array<ArrayBuffer>[] = [];
  readonly #times: number[] = [];
  #count = 0;

  /**
   * Call it once a frame.
   * @returns what the screens are to show now, dB per bin; empty while nothing has been played
   */
  hear({ analyser, output, soundTrim }: Song, now: number): Float32Array {
    if (!analyser) return new Float32Array(0);
    const size = fftSizeFor(analyser.context.sampleRate);
    if (analyser.fftSize !== size) analyser.fftSize = size;
    const place = this.#count++ % KEPT;
    this.#spectra[place] ??= new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(this.#spectra[place]);
    this.#times[place] = now;
    // The loudspeaker waits for the light, but for its trim; both wait only while there is a broadcast.
    const { localDelayMs, latencyMs } = output;
    return this.#before(localDelayMs > 0 ? now - (localDelayMs + latencyMs - soundTrim.peek()) : now);
  }

  /** The newest that is not newer than this, or the oldest there is. */
  #before(time: number): Float32Array {
    const oldest = Math.max(this.#count - KEPT, 0);
    let found = this.#count - 1;
    while (found > oldest && this.#times[found % KEPT]! > time) found--;
    return this.#spectra[found % KEPT]!;
  }
}
