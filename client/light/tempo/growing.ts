/** Numbers whose count is not known ahead, in 4 bytes each. */
export class Growing {
  #values = new Float32Array(4_096);
  length = 0;

  push(value: number): void {
    // The former memory is free at once, and not only when the browser looks for garbage.
    if (this.length === this.#values.length)
      this.#values = new Float32Array(this.#values.buffer.transfer(2 * this.#values.byteLength));
    this.#values[this.length++] = value;
  }

  /** What there is so far, not copied. */
  get values(): Float32Array {
    return this.#values.subarray(0, this.length);
  }
}

/** Gives memory back at once that is not needed any more: that of two hours is megabytes. */
export function free(array: ArrayBufferView<ArrayBuffer>): void {
  array.buffer.transfer(0);
}
