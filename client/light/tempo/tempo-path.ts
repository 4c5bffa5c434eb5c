import { Rows } from "../rows.ts";
import { PERIODS } from "./tempo-fit.ts";

/** What one step of 1 % from one block to the next costs, in units of scores. */
const STEP_COST = 0.03;
/** Most steps in half a second that are a drift. */
const STEPS_MAX = 3;
/**
 * What any greater change costs in a whole sound: ten seconds of a clearly better score. Songs seldom change
 * their tempo, and parts without drums often seem to.
 */
const JUMP_COST = 6;

/** The totals before a step: two hours are 14,000 steps, and new memory for each would be garbage at once. */
const before = new Float64Array(PERIODS.length);

/**
 * One step of the search for the likeliest course of the tempo (A. Viterbi, 1967).
 * @param totals best total score of each period so far; replaced by the next ones
 * @param scores of the periods now
 * @param jumpCost what a change of more than a few steps costs
 * @param from where the index of the best period before each one goes
 */
export function stepTempo(
  totals: Float64Array,
  scores: Float32Array,
  jumpCost: number,
  from?: Uint8Array,
): void {
  let best = 0;
  for (let n = 1; n < totals.length; n++) if (totals[n]! > totals[best]!) best = n;
  before.set(totals);
  for (let n = 0; n < totals.length; n++) {
    // Not in pairs, which are new objects each time.
    let most = before[best]! - jumpCost;
    let origin = best;
    const last = Math.min(n + STEPS_MAX, totals.length - 1);
    for (let m = Math.max(n - STEPS_MAX, 0); m <= last; m++) {
      const total = before[m]! - STEP_COST * Math.abs(n - m);
      if (total <= most) continue;
      most = total;
      origin = m;
    }
    totals[n] = most + scores[n]!;
    if (from) from[n] = origin;
  }
}

/** The likeliest course of the tempo, from the scores of one block after the other. */
export class TempoPath {
  #totals = new Float64Array(PERIODS.length);
  /** For each block, from where each period is reached best. */
  readonly #origins = new Rows(PERIODS.length, (length) => new Uint8Array(length));

  /** @param scores of all periods for the next block */
  add(scores: Float32Array): void {
    stepTempo(this.#totals, scores, JUMP_COST, this.#origins.add());
  }

  /** For each block the index of its period. */
  result(): Uint8Array {
    const path = new Uint8Array(this.#origins.length);
    let at = this.#totals.indexOf(Math.max(...this.#totals));
    for (let block = path.length - 1; block >= 0; block--) {
      path[block] = at;
      at = this.#origins.at(block)[at]!;
    }
    return path;
  }

  /** Calls a function, and forgets the blocks that it has added. */
  trying<Result>(call: () => Result): Result {
    const [totals, { length }] = [this.#totals.slice(), this.#origins];
    const result = call();
    this.#totals = totals;
    this.#origins.length = length;
    return result;
  }
}
