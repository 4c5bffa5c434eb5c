/** How long the code of a closed room is refused with `room-closed`. */
const KEPT_MS = 24 * 3_600_000;
/** Most codes that are remembered. The oldest are forgotten first. */
const CODES_MAX = 10_000;

/** The codes of rooms that were closed for good a short while ago. */
export class ClosedCodes {
  readonly #closedAt = new Map<string, number>();
  readonly #now: () => number;

  /** @param now monotonic time, ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  has(code: string): boolean {
    return this.#closedAt.has(code);
  }

  add(code: string): void {
    const [oldest] = this.#closedAt.keys();
    if (this.#closedAt.size >= CODES_MAX && oldest !== undefined) this.#closedAt.delete(oldest);
    this.#closedAt.set(code, this.#now());
  }

  /** Forgets those that have had their time. */
  tick(): void {
    for (const [code, closedAt] of this.#closedAt) {
      if (this.#now() - closedAt <= KEPT_MS) break; // The codes are in the order of closing.
      this.#closedAt.delete(code);
    }
  }
}
