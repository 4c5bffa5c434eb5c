import { type FlashPlan, USUAL_PERIOD_MS } from "#protocol/flash-plan.ts";
import type { FlashPhase } from "./flash-guard.ts";

/** How long a wall may rise at most. It is the longest phase, because late light is seen most. */
const RISE_MS = 290;
/** How long a wall holds between rise and fall: covers differences of clocks and frame times. */
export const HOLD_MS = 30;
/**
 * Of seven phases in a row, rises and falls in turn, the last begins at least this long after the first has
 * ended, ms: then no second meets seven, nor where clocks are {@link HOLD_MS} apart.
 */
const APART_MS = 1_000 + HOLD_MS;
/** A rise leaves so much time before the next one: for a fall of 65 ms between two holds. */
const BEFORE_RISE_MS = 125;

/** A clock that may be off by more is not that of the wall, ms. What may be is some three times what is. */
const UNSURE_MS = 50;

/**
 * Whether a screen's light follows the wall closely enough to keep its phases.
 * @param trim how much later than the others it paints, ms
 * @param error how far its clock may be from the wall's, ms
 */
export function isInStep(trim: number, error: number): boolean {
  return Math.abs(trim) <= HOLD_MS && error <= UNSURE_MS;
}

/** When the light of a wall may rise and fall, by the wall clock. The same on all its screens. */
export class FlashPhases {
  #rises: FlashPlan = [0];

  set plan(rises: FlashPlan) {
    if (rises.length > 0) this.#rises = rises;
  }

  /**
   * The phase of all screens of the wall at a time of the wall clock, ms.
   * @param isInStep whether the screen keeps the wall's time, see the function of this name; if not, it may
   * fall but not rise
   */
  at(wall: number, isInStep = true): FlashPhase {
    const n = this.#indexAt(wall);
    const rise = (after: number) => this.#rise(n + after);
    const riseEnd = Math.min(rise(0) + RISE_MS, rise(1) - BEFORE_RISE_MS, rise(3) - APART_MS);
    if (wall < riseEnd) return isInStep ? "rise" : "hold";
    // A fall lasts until the next rise, where the light before a beat is darkest.
    const fallStart = Math.max(riseEnd + HOLD_MS, rise(-2) - HOLD_MS + APART_MS);
    return wall >= fallStart && wall < rise(1) - HOLD_MS ? "fall" : "hold";
  }

  /** The last rise that has begun: its index, which goes on before the first and after the last. */
  #indexAt(wall: number): number {
    const last = this.#rises.length - 1;
    let n = Math.max(last + Math.floor((wall - this.#rises[last]!) / USUAL_PERIOD_MS), last);
    while (this.#rise(n) > wall) n--;
    return n;
  }

  #rise(n: number): number {
    const near = Math.min(Math.max(n, 0), this.#rises.length - 1);
    return this.#rises[near]! + (n - near) * USUAL_PERIOD_MS;
  }
}
