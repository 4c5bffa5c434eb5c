/** The least time that a missing frame is waited for, ms. */
const LEAST_MS = 25;
/** So many times the usual change of delay is waited longer: then the frame was hardly only overtaken. */
const TIMES_USUAL = 1.5;
/** The usual change before anything is known of the network, ms: that of a bad one. */
const USUAL_AT_FIRST_MS = 25;
/** How far the estimate moves with each frame, ms. */
const STEP_MS = 0.5;

/**
 * How long a missing frame may be late only, because others overtook it: longer on a network with jitter.
 */
export class Patience {
  #delay: number | undefined;
  /** The median of how much the delay changes from one frame to the next, ms. */
  #usual = USUAL_AT_FIRST_MS;

  /**
   * A frame has come over UDP.
   * @param delay the time of its arrival minus its media time, ms; any constant may be added
   */
  arrived(delay: number): void {
    const change = Math.abs(delay - (this.#delay ?? delay));
    this.#delay = delay;
    // A median does not follow the few frames that were lost and sent again. By steps: Q. Ma and others,
    // "Frugal Streaming for Estimating Quantiles", 2013.
    this.#usual += change > this.#usual ? STEP_MS : -STEP_MS;
    this.#usual = Math.max(this.#usual, 0);
  }

  /** How long to wait, ms. */
  get ms(): number {
    return LEAST_MS + TIMES_USUAL * this.#usual;
  }
}
