import { PAINT_RATE_MAX } from "#protocol/timing.ts";

/** For how long the page's animation frames are counted, ms. */
const COUNT_MS = 1_000;
/** Time from the start of one count to that of the next, ms. */
const INTERVAL_MS = 5_000;
/** The best of so many counts holds: a second in which the page was busy says nothing of its display. */
const COUNTS = 3;

/** Measures how many pictures this page can paint a second. */
export class PaintRate {
  #counts: number[] = [];
  #startedAt = Number.NEGATIVE_INFINITY;
  #frame = 0;

  /** Pictures a second; undefined while the rate is unknown, or the page is hidden. */
  get perSecond(): number | undefined {
    return this.#counts.length === 0 ? undefined : Math.max(...this.#counts);
  }

  /** To be called now and then while music is to come. */
  update(now: number): void {
    if (document.hidden) this.#forget();
    else if (this.#frame === 0 && now - this.#startedAt >= INTERVAL_MS) this.#count(now);
  }

  #count(now: number): void {
    this.#startedAt = now;
    let from: number | undefined;
    let painted = 0;
    const tick = (at: number) => {
      from ??= at;
      const elapsed = at - from;
      if (elapsed < COUNT_MS) {
        painted += 1;
        this.#frame = requestAnimationFrame(tick);
        return;
      }
      this.#frame = 0;
      const rate = Math.min(Math.round((1_000 * painted) / elapsed), PAINT_RATE_MAX);
      this.#counts = [...this.#counts, rate].slice(-COUNTS);
    };
    this.#frame = requestAnimationFrame(tick);
  }

  /** A hidden page paints nothing, and what it was is no longer known when it is seen again. */
  #forget(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#counts = [];
    this.#startedAt = Number.NEGATIVE_INFINITY;
  }
}
