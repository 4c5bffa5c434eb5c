/**
 * How much slower or faster than it is time may seem: enough to catch up 200 ms in half a second, too little
 * to see.
 */
const STRETCH = 0.4;
/**
 * A longer way, as a screen has it that shows its first sound at once, is gone faster: most of it in this
 * time, ms.
 */
const CATCH_UP_MS = 500;
const STRETCH_MAX = 0.9;
/** Further away than this is another place in the song. */
const LOST_MS = 1_000;

/** Moves what is painted towards what is due: never back, never in a jump. */
export class Glide {
  #painted: number | undefined;
  #at = 0;

  /**
   * @param due media time to be painted, ms
   * @param now time of the frame, ms
   * @returns media time to paint
   */
  next(due: number, now: number): number {
    const elapsed = now - this.#at;
    this.#at = now;
    if (this.#painted === undefined || Math.abs(due - this.#painted) > LOST_MS + elapsed) this.#painted = due;
    else {
      const away = Math.abs(due - this.#painted);
      const stretch = Math.min(Math.max(away / CATCH_UP_MS, STRETCH), STRETCH_MAX);
      const [slow, fast] = [elapsed * (1 - stretch), elapsed * (1 + stretch)];
      this.#painted += Math.min(Math.max(due - this.#painted, slow), fast);
    }
    return this.#painted;
  }

  /** Paints this media time at a frame, due or not, and glides from there. */
  start(media: number, now: number): void {
    this.#painted = media;
    this.#at = now;
  }

  get isRunning(): boolean {
    return this.#painted !== undefined;
  }

  /** The next frame starts wherever it is due. */
  reset(): void {
    this.#painted = undefined;
  }
}
