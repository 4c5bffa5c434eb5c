/** What the audio graph holds back between the track and the analyser, in most browsers, until it is measured, ms. */
const USUAL_GRAPH_MS = 8;

/**
 * What the browser tells is ahead of what the graph renders by what waits in between, five beats at most; and it tells times
 * of whole packets. By less or more than this it cannot be ahead, ms.
 */
const AHEAD_MS = { least: -15, most: 70 };
/** It has moved by this since it was measured: sound may have been left out that nobody counted, ms. */
const MOVED_MS = 15;
/** For so long it may contradict what was measured, ms. */
const DOUBT_MS = 2_500;
/** Sound is heard this long after it has left the jitter buffer at most, ms. */
const UNHEARD_MS = 60;
/** Two measurements of the same differ by less, ms. */
const SAME_MS = 1;

/** A moment at which the graph's sound is looked at, and what was believed then. */
export interface Look {
  /** `performance.now()`. */
  at: number;
  /** What the offset was believed to be, ms. */
  offset: number;
  /** How much sound the graph had missed in all, and how much less it surely had to play by what was skipped, ms. */
  missed: number;
  skipped: number;
}

/**
 * Media time minus the audio graph's time: what dates all that the graph holds. Known roughly from what the browser tells;
 * exactly once it was measured, and from then on by counting what the jitter buffer leaves out and puts in, and what the
 * graph misses.
 */
export class GraphOffset {
  #told = 0;
  #agreedAt = 0;
  /** What was measured, and what the browser told then, both as if nothing had been counted yet. */
  #measured: { offset: number; told: number } | undefined;
  /** Counted in all, ms. */
  #skipped = 0;
  #missed = 0;
  /** What the jitter buffer has skipped of late. */
  #skips: { ms: number; at: number }[] = [];

  /**
   * Takes what the browser's own times say of it, in ms. They are wrong for a while after the graph has missed a beat, so what
   * was measured stays in use for as long as it takes to measure it anew.
   * @param now `performance.now()`
   * @returns false where it has moved since it was measured, so that to measure again is worth while
   */
  tell(offset: number, now: number): boolean {
    this.#told = offset - USUAL_GRAPH_MS;
    if (!this.#measured) return true;
    const ahead = offset - this.value;
    if (ahead >= AHEAD_MS.least && ahead <= AHEAD_MS.most) this.#agreedAt = now;
    else if (now - this.#agreedAt > DOUBT_MS) this.#measured = undefined;
    return !this.#measured || Math.abs(this.#told - this.#skipped - this.#measured.told) <= MOVED_MS;
  }

  /** The jitter buffer has left out this much sound since it was asked last, in ms; below zero, it has put in some. */
  skip(ms: number, now: number): void {
    this.#skipped += ms;
    this.#skips = [...this.#skips.filter(({ at }) => now - at < UNHEARD_MS), { ms, at: now }];
  }

  /** The graph has rendered nothing for so long, in ms, because nothing had come. */
  miss(ms: number): void {
    this.#missed += ms;
  }

  /** Looks at what is heard now: to be told to {@link find}. */
  look(now: number): Look {
    let skipped = this.#skipped;
    for (const { ms, at } of this.#skips) if (now - at < UNHEARD_MS) skipped -= ms;
    return { at: now, offset: this.value, missed: this.#missed, skipped };
  }

  /** What was skipped in all, ms. */
  get skipped(): number {
    return this.#skipped;
  }

  /**
   * What was looked at was found to be this much later in the song than believed, in ms.
   * @param skipped in all, counted right after the look
   * @returns how much more the offset is than before, ms: nothing where what differs was only on its way to be heard
   */
  find(look: Look, lateMs: number, skipped: number): number {
    this.#agreedAt = look.at;
    const before = this.value;
    const offset = look.offset + look.missed - skipped + lateMs;
    const away = this.#measured ? offset - this.#measured.offset : 0;
    const unheard = skipped - look.skipped;
    const isUnheard = away * unheard < 0 && Math.abs(away) < Math.abs(unheard) + SAME_MS;
    if (!isUnheard) this.#measured = { offset, told: this.#told - this.#skipped };
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
