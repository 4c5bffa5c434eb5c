/**
 * Control frames that a client may send at once. ws takes time and memory for each; browsers send one for
 * each heartbeat.
 */
const BURST = 100;
/** How many it may send lastingly, a second. */
const PER_SECOND = 20;

/** How many control frames one client may send: a token bucket that fills by the clock, without a timer. */
export class ControlFrames {
  readonly #now: () => number;
  #left = BURST;
  #at: number;

  /** @param now monotonic time in ms */
  constructor(now: () => number) {
    this.#now = now;
    this.#at = now();
  }

  /** The client has sent so many more. False where that is too many. */
  take(count: number): boolean {
    const now = this.#now();
    this.#left = Math.min(BURST, this.#left + ((now - this.#at) / 1000) * PER_SECOND) - count;
    this.#at = now;
    return this.#left >= 0;
  }
}
