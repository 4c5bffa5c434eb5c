import { fftSizeFor } from "../../light/band.ts";
import { CELLS, cellsOf, ROW_MS } from "../../light/powers.ts";
import { SpectrumAnalyser } from "../../light/spectrum-analyser.ts";
import { BeatTracker, type TrackedBeats } from "../../light/tempo/beat-tracker.ts";
import { OnsetStrength, STEP_MS } from "../../light/tempo/onset-strength.ts";
import { type Loudness, LoudnessMeter } from "./loudness.ts";

/** Samples that are kept of the sound: more than a spectrum at any sample rate; a power of two. */
const RING_SAMPLES = 131_072;

/** Turns the sound of a song, piece by piece, into rows of cells, and finds its beats and its loudness. */
export class SongSpectra {
  readonly #ring = new Float32Array(RING_SAMPLES);
  readonly #analyser: SpectrumAnalyser;
  readonly #spectrum: Float32Array;
  readonly #rate: number;
  readonly #onsets: OnsetStrength;
  readonly #tracker: BeatTracker;
  readonly #meter: LoudnessMeter;
  /** Those that were not taken yet. */
  readonly #rows: Uint8Array[] = [];
  #end = 0;
  #spectra = 0;

  /** @param rate of the sound, Hz */
  constructor(rate: number) {
    this.#rate = rate;
    this.#meter = new LoudnessMeter(rate);
    const size = fftSizeFor(rate);
    this.#analyser = new SpectrumAnalyser(size);
    this.#spectrum = new Float32Array(size / 2);
    this.#onsets = new OnsetStrength(size / 2, rate);
    // The first spectrum has its middle at the song's beginning.
    this.#tracker = new BeatTracker((size / 2 / rate) * 1_000);
  }

  /** The beats of all that was added. */
  get beats(): TrackedBeats {
    return this.#tracker.result();
  }

  /** How loud all that was added is. */
  get loudness(): Loudness {
    return this.#meter.result;
  }

  /**
   * Takes the next sound.
   * @param channels of the same length
   */
  add(channels: readonly Float32Array[]): void {
    this.#meter.add(channels);
    const length = channels[0]?.length ?? 0;
    for (let n = 0; n < length; n++) {
      let sum = 0;
      for (const channel of channels) sum += channel[n]!;
      this.#ring[this.#end++ & (RING_SAMPLES - 1)] = sum / channels.length;
      if (this.#end >= this.#spectrumEnd()) this.#analyse();
    }
  }

  /** The rows that are complete since the last time, one after the other. */
  takeRows(): Uint8Array<ArrayBuffer> {
    const rows = new Uint8Array(this.#rows.length * CELLS);
    for (const [n, row] of this.#rows.entries()) rows.set(row, n * CELLS);
    this.#rows.length = 0;
    return rows;
  }

  /** The sample at which the next spectrum ends: its middle lies at a multiple of {@link STEP_MS}. */
  #spectrumEnd(): number {
    return Math.round((this.#spectra * STEP_MS * this.#rate) / 1_000) + this.#analyser.size / 2;
  }

  /** Makes the next spectrum, and every other time a row. */
  #analyse(): void {
    const isRow = (this.#spectra * STEP_MS) % ROW_MS === 0;
    this.#spectra += 1;
    this.#analyser.analyse(this.#ring, this.#end, this.#spectrum);
    this.#tracker.add(this.#onsets.add(this.#spectrum));
    if (isRow) this.#rows.push(cellsOf(this.#spectrum, this.#rate));
  }
}
