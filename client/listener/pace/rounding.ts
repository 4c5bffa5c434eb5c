/** A clock that rounds by less is fine enough: the frames of a display are further apart; ms. */
const COARSE_MS = 10;
/** Readings before which nothing is said: by chance, none of a few may be close to another. */
const READINGS_MIN = 200;

/**
 * Finds out by how much a browser rounds times: Firefox with `privacy.resistFingerprinting` rounds them to
 * 16.7 ms, up or down by chance. The estimate of the wall clock cannot know: its samples agree.
 */
export class Rounding {
  #last = 0;
  #readings = 0;
  #leastMs = Number.POSITIVE_INFINITY;

  /** The clock was read, at a time that has nothing to do with it. */
  see(now: number): void {
    // Rounded by chance, times may go back.
    const step = Math.abs(now - this.#last);
    if (step > 0) this.#leastMs = Math.min(this.#leastMs, step);
    this.#last = now;
    this.#readings += 1;
  }

  /** The shortest step of the clock, ms; 0 for a clock that is fine enough. */
  get ms(): number {
    return this.#readings >= READINGS_MIN && this.#leastMs >= COARSE_MS ? this.#leastMs : 0;
  }
}
