/** The shortest time between two pictures: a little less than at 30 a second, as times are not exact; ms. */
const SHORTEST_MS = 25;
/** Listeners take more than three seconds without a picture for none, so one that stands comes anew; ms. */
const LONGEST_MS = 400;

/**
 * When a source is drawn: for each of its pictures, and where none comes, as from a window in which nothing
 * moves, some times a second all the same.
 */
export class DrawTimes {
  #drawnAt = Number.NEGATIVE_INFINITY;

  /** Another source has come. */
  begin(): void {
    this.#drawnAt = Number.NEGATIVE_INFINITY;
  }

  /** Whether to draw the picture that the browser has just announced. */
  isDueFor(now: number): boolean {
    return this.#isDue(now, SHORTEST_MS);
  }

  /**
   * Whether to draw without such a word.
   * @param isTold whether the browser announces pictures now: it does not for a page that is hidden
   */
  isDueAt(now: number, isTold: boolean): boolean {
    return this.#isDue(now, isTold ? LONGEST_MS : SHORTEST_MS);
  }

  #isDue(now: number, afterMs: number): boolean {
    if (now - this.#drawnAt < afterMs) return false;
    this.#drawnAt = now;
    return true;
  }
}
