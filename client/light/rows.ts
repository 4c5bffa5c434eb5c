/** Rows that have memory in common: an array each would take half as much again. */
const ROWS_PER_BLOCK = 256;

/** Rows of numbers whose count is not known ahead. They are never copied as they grow. */
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
    const from = this.offsetOf(number);
    return this.blockOf(number).subarray(from, from + this.#width) as Row;
  }

  /** The memory that has a row, from {@link offsetOf} on: reading it makes no garbage, as {@link at} does. */
  blockOf(number: number): Row {
    return this.#blocks[Math.floor(number / ROWS_PER_BLOCK)]!;
  }

  offsetOf(number: number): number {
    return (number % ROWS_PER_BLOCK) * this.#width;
  }
}
