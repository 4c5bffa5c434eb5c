import { LONGEST_PERIOD_MS } from "#protocol/flash-plan.ts";
import { FlashGuard, type FlashPhase } from "../../light/flash-guard.ts";
import { type Turn, Turns } from "../../light/pixel-guard.ts";

/**
 * Decides when the light of a picture may rise and fall. It follows the wall's phase. Without one it follows
 * the loudness of the music, within the flash guard's budget.
 */
export class Pulse {
  readonly #guard = new FlashGuard();
  readonly #turns = new Turns();
  #holdsUntil = Number.NEGATIVE_INFINITY;

  /**
   * Notes that the size of the picture changes now, ms. The change may flash at edges, so one rise and one
   * fall are skipped.
   */
  resized(now: number): void {
    this.#holdsUntil = now + LONGEST_PERIOD_MS;
  }

  /**
   * Advances to a frame.
   * @param level of the whole spectrum, 0..1
   * @param now monotonic time, ms
   * @param phase the wall's phase; undefined if each screen decides
   */
  next(level: number, now: number, phase: FlashPhase | undefined): Turn {
    const grey = Math.round(255 * level);
    this.#guard.allow([grey, grey, grey], now, phase);
    return this.#turns.next(now < this.#holdsUntil ? "hold" : this.#guard.phase);
  }
}
