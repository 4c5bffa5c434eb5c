/** A token bucket: so many a second, and as many at once. */
export class Allowance {
  readonly #perSecond: number;
  #left: number;
  #at: number;

  /** @param time the first moment, in ms of the clock that {@link take} is called with */
  constructor(perSecond: number, time: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#at = time;
  }

  /** Takes one, if one is left. */
  take(time: number): boolean {
    this.#left = Math.min(this.#perSecond, this.#left + ((time - this.#at) / 1000) * this.#perSecond);
    this.#at = time;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
