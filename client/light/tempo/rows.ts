/** Rows that have memory in common: an array each would take half as much again. */
const ROWS_PER_BLOCK = 256;

/** Rows of numbers whose count is not known ahead. */
export class Rows<Row extends Float32Array | Uint8Array> {
  readonly #width: number;
  readonly #make: (length: number) => Row;
  readonly #blocks: Row[] = [];
  /** Rows after it are forgotten. */
  length = 0;

  /**
   * @param width numbers in a row
   * @param make memory for numbers
   */
  constructor(width: number, make: (length: number) => Row) {
    this.#width = width;
    this.#make = make;
  }

  /** Adds a row, whose numbers are to be set. */
  add(): Row {
    const block = Math.floor(this.length / ROWS_PER_BLOCK);
    this.#blocks[block] ??= this.#make(ROWS_PER_BLOCK * this.#width);
    return this.at(this.length++);
  }

  /** A row, not copied. */
  at(number: number): Row {
    const from = (number % ROWS_PER_BLOCK) * this.#width;
    return this.#blocks[Math.floor(number / ROWS_PER_BLOCK)]!.subarray(from, from + this.#width) as Row;
  }
}
