import { FlashGuard, type FlashPhase, PERIOD_MS } from "../../light/flash-guard.ts";
import { type Turn, Turns } from "../../light/pixel-guard.ts";

/**
 * When the light of a picture may rise and fall: when the wall says so or, where it has no say, as the
 * loudness does, but no more often than is safe.
 */
export class Pulse {
  readonly #guard = new FlashGuard();
  readonly #turns = new Turns();
  #holdsUntil = Number.NEGATIVE_INFINITY;

  /**
   * The picture has another size from now on, ms: that may flash at its edges, and one rise and one fall make
   * up for it.
   */
  resized(now: number): void {
    this.#holdsUntil = now + PERIOD_MS;
  }

  /**
   * @param level of the whole, 0..1
   * @param now monotonic, ms
   * @param phase what the wall lets light do now
   */
  next(level: number, now: number, phase: FlashPhase | undefined): Turn {
    const grey = Math.round(255 * level);
    this.#guard.allow([grey, grey, grey], now, phase);
    return this.#turns.next(now < this.#holdsUntil ? "hold" : this.#guard.phase);
  }
}
