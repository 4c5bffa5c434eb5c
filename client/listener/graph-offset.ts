/**
 * What the audio graph holds back between the track and the analyser, in most browsers, until it is measured,
 * ms.
 */
const USUAL_GRAPH_MS = 8;

/**
 * What the browser tells is ahead of what the graph renders by what waits in between, five beats at most; and
 * it tells times of whole packets. By less or more than this it cannot be ahead, ms.
 */
const LEAST_AHEAD_MS = -15;
const MOST_AHEAD_MS = 70;
/** It has moved by this since it was measured: sound may have been left out that nobody counted, ms. */
const MOVED_MS = 15;
/**
 * For so long it may contradict what was measured, and if only by so much, for as long as that is found again
 * and again; ms.
 */
const DOUBT_MS = 2_500;
const FAR_AHEAD_MS = 200;
/**
 * Sound is heard this long after it has left the jitter buffer at most, and what has left it is remembered
 * for so long, ms.
 */
const UNHEARD_MS = 60;
const KEPT_MS = 500;
/**
 * Browsers hand this much sound to the graph at a time, and it misses or drops whole such beats; to within
 * this, ms.
 */
const BEAT_MS = 10;
const WHOLE_MS = 0.1;

/** A moment at which the graph's sound is looked at, and what was believed then. */
export interface Mark {
  /** `performance.now()`. */
  at: number;
  /** What the offset was believed to be, ms. */
  offset: number;
  /** How much sound the graph had missed in all, ms. */
  missed: number;
}

/**
 * Media time minus the audio graph's time: what dates all that the graph holds. Known roughly from what the
 * browser tells; exactly once it was measured, and from then on by counting what the jitter buffer leaves out
 * and puts in, and what the graph misses.
 */
export class GraphOffset {
  #told = 0;
  #agreedAt = 0;
  /** What was measured, and what the browser told then, both as if nothing had been counted yet. */
  #measured: { offset: number; told: number } | undefined;
  /** Counted in all, ms. */
  #skipped = 0;
  #missed = 0;
  /** What the jitter buffer has skipped of late, the latest first. */
  #skips: { ms: number; at: number }[] = [];

  /**
   * Takes what the browser's own times say of it, in ms. They are wrong for a while after the graph has
   * missed a beat, so what was measured stays in use for as long as it takes to measure it anew.
   * @param now `performance.now()`
   * @returns false where it has moved since it was measured, so that to measure again is worth while
   */
  tell(offset: number, now: number): boolean {
    this.#told = offset - USUAL_GRAPH_MS;
    if (!this.#measured) return true;
    const ahead = offset - this.value;
    if (ahead >= LEAST_AHEAD_MS && ahead <= MOST_AHEAD_MS) this.#agreedAt = now;
    else if (now - this.#agreedAt > DOUBT_MS) this.#measured = undefined;
    return !this.#measured || Math.abs(this.#told - this.#skipped - this.#measured.told) <= MOVED_MS;
  }

  /**
   * The jitter buffer has left out this much sound since it was asked last, in ms; below zero, it has put in
   * some.
   */
  skip(ms: number, now: number): void {
    this.#skipped += ms;
    this.#skips = [{ ms, at: now }, ...this.#skips.filter(({ at }) => now - at < KEPT_MS)];
  }

  /** The graph has rendered nothing for so long, in ms, because nothing had come. */
  miss(ms: number): void {
    this.#missed += ms;
  }

  /** Looks at what is heard now: to be told to {@link find}. */
  mark(now: number): Mark {
    return { at: now, offset: this.value, missed: this.#missed };
  }

  /**
   * What may have been skipped in all before what is heard at a time of `performance.now()`, ms: first all
   * that is counted by now, then without the last of it, and so on, since some of it may have been on its
   * way.
   */
  skippedBefore(heardAt: number): number[] {
    const skipped = [this.#skipped];
    for (const { ms, at } of this.#skips) if (at > heardAt - UNHEARD_MS) skipped.push(skipped.at(-1)! - ms);
    return skipped;
  }

  /**
   * What was looked at was found to be this much later in the song than believed, in ms.
   * @param skipped before that, as it was counted right after the look
   * @returns how much more the offset is than was believed, ms
   */
  find(mark: Mark, lateMs: number, skipped: readonly number[]): number {
    if (Math.abs(this.#told - this.value) < FAR_AHEAD_MS) this.#agreedAt = mark.at;
    const offset = mark.offset + mark.missed + lateMs;
    const before = this.value;
    const measured = this.#measured?.offset ?? offset - skipped[0]!;
    const away = likeliest(skipped.map((ms) => offset - ms - measured));
    this.#measured = { offset: measured + away, told: this.#told - this.#skipped };
    return this.value - before;
  }

  /** Whether it was measured, and holds. */
  get exact(): boolean {
    return this.#measured !== undefined;
  }

  /** In ms. */
  get value(): number {
    return this.#measured ? this.#measured.offset + this.#skipped - this.#missed : this.#told;
  }

  /** What it would be if nothing but the usual waited before the graph, as far as the browser tells, ms. */
  get usual(): number {
    return this.#told;
  }

  /** Nothing of before holds: another graph, which has missed nothing yet. */
  reset(): void {
    this.#measured = undefined;
    this.#missed = 0;
  }
}

/** Of what may be wrong, ms: whole beats; nothing, where that lies between; or the least. */
function likeliest(errors: number[]): number {
  errors.sort((a, b) => Math.abs(a) - Math.abs(b));
  for (const ms of errors) {
    const whole = Math.round(ms / BEAT_MS) * BEAT_MS;
    if (Math.abs(ms - whole) < WHOLE_MS) return whole;
  }
  return Math.min(...errors) < 0 && Math.max(...errors) > 0 ? 0 : errors[0]!;
}
