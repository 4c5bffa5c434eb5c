/** Rows that have memory in common: an array each would take half as much again. */
const ROWS_PER_BLOCK = 256;

/** Rows of numbers whose count is not known ahead, in 4 bytes a number. */
export class Rows {
  readonly #width: number;
  readonly #blocks: Float32Array[] = [];
  /** Rows after it are forgotten. */
  length = 0;

  /** @param width numbers in a row */
  constructor(width: number) {
    this.#width = width;
  }

  /** Adds a row, whose numbers are to be set. */
  add(): Float32Array {
    const block = Math.floor(this.length / ROWS_PER_BLOCK);
    this.#blocks[block] ??= new Float32Array(ROWS_PER_BLOCK * this.#width);
    return this.at(this.length++);
  }

  /** A row, not copied. */
  at(number: number): Float32Array {
    const from = (number % ROWS_PER_BLOCK) * this.#width;
    return this.#blocks[Math.floor(number / ROWS_PER_BLOCK)]!.subarray(from, from + this.#width);
  }
}
