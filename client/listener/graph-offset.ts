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
/** What was found is counted so much later at most, to within this, ms. */
const COUNTED_MS = 300;
const SAME_MS = 1;

/**
 * Media time minus the audio graph's time: what dates all that the graph holds. Known roughly from what the browser tells;
 * exactly once it was measured, and from then on by counting what the jitter buffer leaves out and puts in.
 */
export class GraphOffset {
  #told = 0;
  #agreedAt = 0;
  #measured: { offset: number; told: number } | undefined;
  /** The last correction. */
  #found = { ms: 0, at: 0 };

  /**
   * Takes what the browser's own times say of it, in ms. They are wrong for a while after the graph has missed a beat, so what
   * was measured stays in use for as long as it takes to measure it anew.
   * @param now `performance.now()`
   * @returns false where it has moved since it was measured, so that to measure again is worth while
   */
  tell(offset: number, now: number): boolean {
    this.#told = offset - USUAL_GRAPH_MS;
    if (!this.#measured) return true;
    const ahead = offset - this.#measured.offset;
    if (ahead >= AHEAD_MS.least && ahead <= AHEAD_MS.most) this.#agreedAt = now;
    else if (now - this.#agreedAt > DOUBT_MS) this.#measured = undefined;
    return !this.#measured || Math.abs(this.#told - this.#measured.told) <= MOVED_MS;
  }

  /**
   * The jitter buffer has left out this much sound since it was asked last, in ms; below zero, it has put in some. Some of it
   * may have been heard already, and found.
   */
  skip(ms: number, now: number): void {
    if (!this.#measured) return;
    const found = this.#found.ms;
    const isIn =
      now - this.#found.at < COUNTED_MS && found * ms > 0 && Math.abs(found) < Math.abs(ms) + SAME_MS;
    this.#found.ms = 0;
    this.#measured.offset += isIn ? ms - found : ms;
    this.#measured.told += ms;
  }

  /** The graph has rendered nothing for so long, in ms, because nothing had come. */
  miss(ms: number): void {
    if (this.#measured) this.#measured.offset -= ms;
  }

  /** What the graph holds was found to be this much later in the song than {@link value} said, in ms. */
  correct(lateMs: number, now: number): void {
    if (this.#measured) this.#found = { ms: lateMs, at: now };
    this.set(this.value + lateMs);
  }

  /** Was found to be this, in ms. */
  set(offset: number): void {
    this.#measured = { offset, told: this.#told };
  }

  /** Whether it was measured, and holds. */
  get exact(): boolean {
    return this.#measured !== undefined;
  }

  /** In ms. */
  get value(): number {
    return this.#measured?.offset ?? this.#told;
  }

  /** What it would be if nothing but the usual waited before the graph, as far as the browser tells, ms. */
  get usual(): number {
    return this.#told;
  }

  /** Nothing of before holds: another graph. */
  reset(): void {
    this.#measured = undefined;
  }
}
