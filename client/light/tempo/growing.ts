/** By how much memory grows that is full: little, as that of a song of two hours is large. */
const GROWTH = 1.25;

/** Numbers whose count is not known ahead, in 4 bytes each. */
export class Growing {
  #values = new Float32Array(4_096);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const more = new Float32Array(Math.ceil(GROWTH * this.length));
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[this.length++] = value;
  }

  /** What there is so far, not copied. */
  get values(): Float32Array {
    return this.#values.subarray(0, this.length);
  }
}
