import { now } from "./clock.ts";

/** What one peer may cost: a token bucket that fills by the clock, without a timer. */
export class Budget {
  readonly #perSecond: number;
  #left: number;
  #at = now();

  /** @param perSecond what may be spent a second, and at once after a rest */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
  }

  /**
   * Spends an amount if there is as much left; else nothing.
   * @param time now, in ms; for who knows it already
   */
  spend(amount: number, time = now()): boolean {
    this.#left = Math.min(this.#perSecond, this.#left + ((time - this.#at) / 1000) * this.#perSecond);
    this.#at = time;
    if (this.#left < amount) return false;
    this.#left -= amount;
    return true;
  }
}
