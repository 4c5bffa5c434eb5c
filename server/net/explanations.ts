/** How long a line that was logged is not repeated, ms. */
const PERIOD_MS = 3_600_000;
/** How many different lines are logged in that time. */
const PERIOD_MAX = 100;

/**
 * Which explanations of refused requests are logged: each once an hour, and no more than 100 different ones,
 * since whoever sends the requests chooses what they contain.
 */
export class Explanations {
  readonly #now: () => number;
  /** What was logged in this period. */
  readonly #logged = new Set<string>();
  #endsAt = Number.NEGATIVE_INFINITY;

  /** @param now monotonic time, ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether to log an explanation now. Counts it as logged. */
  isDue(key: string): boolean {
    const now = this.#now();
    if (now >= this.#endsAt) {
      this.#logged.clear();
      this.#endsAt = now + PERIOD_MS;
    }
    if (this.#logged.has(key) || this.#logged.size >= PERIOD_MAX) return false;
    this.#logged.add(key);
    return true;
  }
}
