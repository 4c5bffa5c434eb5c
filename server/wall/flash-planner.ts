import { type FlashPlan, LEAST_PERIOD_MS, USUAL_PERIOD_MS } from "../protocol/flash-plan.ts";

/**
 * What was planned for the next time does not change, so that screens agree that have got a change and that
 * have not yet, ms. The phases at a time depend on the three rises after it, which may be 2.7 s.
 */
const FIXED_MS = 6_000;
/**
 * Rises are kept for this long after they have begun, ms: the phases at a time depend on the three rises
 * before it, which may be 2.7 s, and clocks of screens may be behind.
 */
const PAST_MS = 4_000;
/** Light rises a little before a beat: a spectrum sees it coming, and clocks differ; ms. */
const BEFORE_BEAT_MS = 30;
/** Most rises of a plan. */
const RISES_MAX = 128;

/** Plans when the light of a wall may rise: on the beats that are known ahead. */
export class FlashPlanner {
  #plan: number[] = [];

  get plan(): FlashPlan {
    return this.#plan;
  }

  /**
   * Plans rises on beats.
   * @param beats when they are shown, ms of the wall clock, in order
   * @param now ms of the wall clock
   */
  follow(beats: readonly number[], now: number): FlashPlan {
    const rises = this.#fixed(now);
    for (const beat of beats) {
      const rise = Math.round(beat - BEFORE_BEAT_MS);
      const gap = rise - rises.at(-1)!;
      if (gap < LEAST_PERIOD_MS) continue;
      // Where beats are slow or missing, light may rise between them too.
      const parts = Math.max(Math.floor(gap / USUAL_PERIOD_MS), 1);
      const last = rises.at(-1)!;
      for (let part = 1; part <= parts; part++) rises.push(Math.round(last + (gap * part) / parts));
      if (rises.length >= RISES_MAX) break;
    }
    this.#plan = rises.slice(0, RISES_MAX);
    return this.#plan;
  }

  /** The rises that no longer change. There is at least one. */
  #fixed(now: number): number[] {
    const until = now + FIXED_MS;
    let next = this.#plan.at(-1);
    next =
      next === undefined
        ? Math.ceil((now - PAST_MS) / USUAL_PERIOD_MS) * USUAL_PERIOD_MS
        : next + USUAL_PERIOD_MS;
    const rises = [...this.#plan];
    for (; next <= until; next += USUAL_PERIOD_MS) rises.push(next);
    return rises.filter((rise, n) => rise <= until && (rises[n + 1] ?? rise) > now - PAST_MS);
  }
}
