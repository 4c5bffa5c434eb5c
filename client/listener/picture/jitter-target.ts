/** Greatest target that a browser takes, ms (W3C WebRTC Extensions, `jitterBufferTarget`). */
const TARGET_MAX_MS = 4_000;
/** How often the target may change, ms. Browsers approach it by a tenth of this time. */
const ROUND_MS = 1_000;
/** Greatest change of the target in a round, ms. */
const STEP_MS = 100;
/** Changes up to this are left out, ms. */
const SLACK_MS = 12;
/** Share of a round's pictures that may come with a shorter lead. */
const LATE_SHARE = 0.1;
/** Fewest pictures of a round. */
const PICTURES_MIN = 3;

/**
 * Chooses how long the browser keeps received pictures before it decodes them, so that they are decoded
 * shortly before they are due: encoded pictures need little memory, decoded ones a lot.
 */
export class JitterTarget {
  /** What the browser is to be told, ms. */
  ms: number;
  readonly #leadMs: number;
  #leads: number[] = [];
  #since: number | undefined;

  /**
   * @param delay the wall delay, from which it begins, ms
   * @param leadMs how long before they are due pictures are to be decoded
   */
  constructor(delay: number, leadMs: number) {
    this.#leadMs = leadMs;
    this.ms = clamped(delay - leadMs);
  }

  /**
   * Takes a picture that was decoded now. Returns whether {@link ms} has changed.
   * @param lead how long before it is due, ms; below 0 it is late
   * @param now ms
   */
  take(lead: number, now: number): boolean {
    this.#since ??= now;
    this.#leads.push(lead);
    if (now - this.#since < ROUND_MS || this.#leads.length < PICTURES_MIN) return false;
    this.#since = now;
    const sorted = this.#leads.sort((a, b) => a - b);
    this.#leads = [];
    const excess = sorted[Math.floor(sorted.length * LATE_SHARE)]! - this.#leadMs;
    if (Math.abs(excess) <= SLACK_MS) return false;
    const before = this.ms;
    this.ms = clamped(before + Math.min(Math.max(excess, -STEP_MS), STEP_MS));
    return this.ms !== before;
  }
}

function clamped(ms: number): number {
  return Math.round(Math.min(Math.max(ms, 0), TARGET_MAX_MS));
}
