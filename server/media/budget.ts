import { now } from "./clock.ts";

/** What one peer may cost: a token bucket that fills by the clock, without a timer. */
export class Budget {
  readonly #perSecond: number;
  readonly #atOnce: number;
  #left: number;
  #at = now();

  /**
   * @param perSecond what may be spent a second, lastingly
   * @param atOnce what may be spent at once, after a rest
   */
  constructor(perSecond: number, atOnce = perSecond) {
    this.#perSecond = perSecond;
    this.#atOnce = atOnce;
    this.#left = atOnce;
  }

  /**
   * Spends an amount if there is as much left; else nothing.
   * @param time now, in ms; for who knows it already
   */
  spend(amount: number, time = now()): boolean {
    this.#left = Math.min(this.#atOnce, this.#left + ((time - this.#at) / 1000) * this.#perSecond);
    this.#at = time;
    if (this.#left < amount) return false;
    this.#left -= amount;
    return true;
  }
}
