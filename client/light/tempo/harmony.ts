/** Chords are compared from here, Hz: below, bins are too wide for notes. */
const LOW_HZ = 150;
/** Chords are compared up to here, Hz: above are mostly overtones. */
const HIGH_HZ = 1_600;
/** How much sound before and after a moment is compared, in spectra of 10 ms. */
const SIDE_SPECTRA = 40;
/** How far above the mean of the range a bin must be to count as part of a chord, dB. */
const ABOVE_MEAN_DB = 3;
/** Quieter bins count as silent, dB. */
const FLOOR_DB = -90;

/**
 * How much the chord changes at a moment. Chords change mostly where bars begin, which shows bars even in
 * music without drums. The spectrum's peaks of the 0.4 s before are compared with those of the 0.4 s after.
 */
export class HarmonicChange {
  readonly #first: number;
  readonly #count: number;
  /** The peaks of the last 2 × SIDE_SPECTRA spectra. */
  readonly #ring: Float32Array;
  /** Sums of the older and of the newer half of the ring. */
  readonly #before: Float64Array;
  readonly #after: Float64Array;
  #seen = 0;

  /** The value that {@link add} returns belongs to this many spectra ago. */
  static readonly LAG_SPECTRA = SIDE_SPECTRA;

  /** @param binHz width of a bin, Hz */
  constructor(binHz: number) {
    this.#first = Math.ceil(LOW_HZ / binHz);
    this.#count = Math.floor(HIGH_HZ / binHz) - this.#first;
    this.#ring = new Float32Array(2 * SIDE_SPECTRA * this.#count);
    this.#before = new Float64Array(this.#count);
    this.#after = new Float64Array(this.#count);
  }

  /**
   * Adds the next spectrum.
   * @param spectrum dB per bin
   * @returns 0 for the same chord … 1 for no common note, {@link LAG_SPECTRA} spectra ago
   */
  add(spectrum: Float32Array): number {
    const count = this.#count;
    let mean = 0;
    for (let k = 0; k < count; k++) mean += Math.max(spectrum[this.#first + k]!, FLOOR_DB) / count;
    const newest = (this.#seen % (2 * SIDE_SPECTRA)) * count;
    const middle = ((this.#seen + SIDE_SPECTRA) % (2 * SIDE_SPECTRA)) * count;
    this.#seen++;
    let [dot, before, after] = [0, 0, 0];
    for (let k = 0; k < count; k++) {
      const peak = Math.max(spectrum[this.#first + k]! - mean - ABOVE_MEAN_DB, 0);
      const crossing = this.#ring[middle + k]!;
      // The newest pushes one from the newer half into the older, and the oldest, whose place it takes, out.
      this.#before[k]! += crossing - this.#ring[newest + k]!;
      this.#after[k]! += peak - crossing;
      this.#ring[newest + k] = peak;
      dot += this.#before[k]! * this.#after[k]!;
      before += this.#before[k]! ** 2;
      after += this.#after[k]! ** 2;
    }
    if (before < 1 || after < 1) return 0;
    return Math.min(Math.max(1 - dot / Math.sqrt(before * after), 0), 1);
  }
}
