import { SpectrumAnalyser } from "../../light/spectrum-analyser.ts";

/** Samples between two moments of the grid: 10 ms of RTP time. */
export const GRID_STEP_SAMPLES = 480;
/** Samples of one spectrum, as the AnalyserNode of the other ear has them. */
export const FFT_SIZE = 2_048;
/**
 * Sound that a decoder needs before its output no longer depends on where it began (RFC 7845 §4.6): 80 ms.
 */
export const WARM_UP_SAMPLES = 3_840;
/** Samples kept: more than the longest packet, 120 ms, and one spectrum; a power of two. */
const RING_SAMPLES = 16_384;

/** The spectrum of the {@link FFT_SIZE} samples before a moment of the grid. */
export interface GridSpectrum {
  /** The moment, in samples of RTP time that are counted on over wraps; a multiple of the step. */
  readonly position: number;
  /** dB for each of {@link FFT_SIZE} / 2 bins. */
  readonly spectrum: Float32Array;
}

/**
 * Computes spectra on a grid of the song's RTP time, every {@link GRID_STEP_SAMPLES}. Two screens with the
 * same frames compute the same numbers, whenever the frames arrived. A moment with missing samples has no
 * spectrum; levels are interpolated across it.
 */
export class Grid {
  readonly #analyser = new SpectrumAnalyser(FFT_SIZE);
  readonly #ring = new Float32Array(RING_SAMPLES);
  /** Position from which on every sample is there and right; undefined before the first. */
  #from: number | undefined;
  /** Position after the newest sample. */
  #end = 0;

  /**
   * Takes decoded sound.
   * @param position of its first sample
   * @param sound mono, 48 kHz; RING_SAMPLES - FFT_SIZE at most
   * @returns the spectra that it completes, in their order
   */
  add(position: number, sound: Float32Array): GridSpectrum[] {
    if (this.#from === undefined) this.#from = position + WARM_UP_SAMPLES;
    // After a missing frame the decoder's state is wrong for about one frame.
    else if (position !== this.#end) this.#from = position + GRID_STEP_SAMPLES * 2;
    for (let n = 0; n < sound.length; n++) this.#ring[(position + n) & (RING_SAMPLES - 1)] = sound[n]!;
    const before = position === this.#end ? this.#end : position;
    this.#end = position + sound.length;
    return this.#spectra(before);
  }

  /** The {@link FFT_SIZE} samples before a moment that {@link add} has just given. */
  window(moment: number): Float32Array {
    return Float32Array.from(
      { length: FFT_SIZE },
      (_, n) => this.#ring[(moment - FFT_SIZE + n) & (RING_SAMPLES - 1)]!,
    );
  }

  #spectra(before: number): GridSpectrum[] {
    const spectra: GridSpectrum[] = [];
    const first = (Math.floor(before / GRID_STEP_SAMPLES) + 1) * GRID_STEP_SAMPLES;
    for (let moment = first; moment <= this.#end; moment += GRID_STEP_SAMPLES) {
      if (moment - FFT_SIZE < this.#from!) continue;
      const spectrum = new Float32Array(FFT_SIZE / 2);
      this.#analyser.analyse(this.#ring, moment, spectrum);
      spectra.push({ position: moment, spectrum });
    }
    return spectra;
  }

  /** Forgets all sound: the next one is a decoder's first. */
  reset(): void {
    this.#from = undefined;
  }
}
