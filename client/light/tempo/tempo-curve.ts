import { Rows } from "../rows.ts";
import type { Pulses } from "./pulse.ts";
import { Similarity, SimilaritySums } from "./similarity.ts";
import { PERIODS, rhythmOf, scorePeriods } from "./tempo-fit.ts";
import { TempoPath } from "./tempo-path.ts";

/** Spectra of a block: the tempo is given for each half second. */
export const BLOCK_SPECTRA = 50;
/** Blocks before and after a block from which its tempo is told: six seconds each way. */
const SIDE_BLOCKS = 12;
const WINDOW_BLOCKS = 2 * SIDE_BLOCKS + 1;
/** Hann window over the blocks. */
const WINDOW = Array.from({ length: WINDOW_BLOCKS }, (_, n) => {
  return Math.sin((Math.PI * (n + 1)) / (WINDOW_BLOCKS + 1)) ** 2;
});

/** The tempo of each block. */
export interface TempoCurve {
  /** Beat periods, in spectra. */
  periods: Float32Array;
  /** How much each block's surroundings repeat at that period: see `rhythmOf`. */
  rhythms: Float32Array;
}

/** Tells the course of the tempo over a sound from windows of twelve seconds around each half second. */
export class TempoCurveMaker {
  readonly #similarity = new Similarity();
  readonly #blocks = Array.from({ length: WINDOW_BLOCKS }, () => new SimilaritySums());
  readonly #window = new SimilaritySums();
  readonly #scores = new Float32Array(PERIODS.length);
  /** Of each block whose window is complete. */
  readonly #path = new TempoPath();
  /** The self-similarity of each such block, by period. */
  readonly #rhythms = new Rows(PERIODS.length, (length) => new Float32Array(length));
  #seen = 0;

  add(pulses: Pulses): void {
    const block = Math.floor(this.#seen / BLOCK_SPECTRA);
    const sums = this.#blocks[block % WINDOW_BLOCKS]!;
    if (this.#seen % BLOCK_SPECTRA === 0) {
      // Blocks 0…block-1 are there: the window of the block in their middle may be complete.
      if (block > SIDE_BLOCKS) this.#score(block - 1 - SIDE_BLOCKS, block);
      sums.clear();
    }
    this.#similarity.add(pulses, sums);
    this.#seen++;
  }

  /** The tempo of all that was added. */
  curve(): TempoCurve {
    return this.#path.trying(() => {
      const complete = this.#rhythms.length;
      const blocks = Math.floor(this.#seen / BLOCK_SPECTRA);
      // The windows of the last blocks are not complete.
      for (let block = complete; block < blocks; block++) this.#score(block, blocks);
      const path = this.#path.result();
      const periods = Float32Array.from(path, (n) => PERIODS[n]!);
      const rhythms = Float32Array.from(path, (n, block) => this.#rhythms.at(block)[n]!);
      this.#rhythms.length = complete;
      return { periods, rhythms };
    });
  }

  /** Scores a block from the blocks around it that are below `end`. */
  #score(block: number, end: number): void {
    const window = this.#window;
    window.clear();
    for (let n = Math.max(block - SIDE_BLOCKS, 0); n < Math.min(block + SIDE_BLOCKS + 1, end); n++) {
      window.add(this.#blocks[n % WINDOW_BLOCKS]!, WINDOW[n - block + SIDE_BLOCKS]!);
    }
    scorePeriods(window, this.#scores);
    this.#path.add(this.#scores);
    const rhythms = this.#rhythms.add();
    for (let n = 0; n < PERIODS.length; n++) rhythms[n] = rhythmOf(window, PERIODS[n]!);
  }
}
