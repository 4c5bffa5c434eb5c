/** More pixels are not visible in soft light. */
const PIXELS_MAX = 2_100_000;
/** With fewer pixels shapes are lost. */
const PIXELS_MIN = 60_000;
/** A round, after which the resolution may change, has this many frames. */
const ROUND_FRAMES = 30;
/** A round also ends after this time, if it has {@link ROUND_FRAMES_MIN} frames. */
const ROUND_MS = 700;
const ROUND_FRAMES_MIN = 4;
/** Longest frame time that counts as in time: 60 frames per second, with a margin. */
const IN_TIME_MS = 18.5;
/** A longer interval means that the page was hidden, and is ignored. */
const PAUSE_MS = 2_000;
/** Factor of the scale for a small step, down or up. */
const SMALL_STEP = 0.8;
/** Factor of the scale for the largest step down. */
const LARGEST_STEP = 0.5;
/** Steps down have helped if frames take less than this share of the time before. */
const HELPS = 0.93;
/** Good rounds before a higher resolution is tried. Doubles each time it was too high. */
const CALM_ROUNDS = 20;
/** Upper limit of that: about a minute. */
const CALM_ROUNDS_MAX = 120;

/**
 * Chooses the share of a screen's resolution to draw with, so that frames are in time: lowers the resolution
 * before the frame rate drops. Where that does not help, because something else is slow, it goes back up.
 */
export class Resolution {
  /** Factor of width and height, 0..1. */
  scale: number;
  readonly #most: number;
  readonly #least: number;
  readonly #intervals: number[] = [];
  #time = 0;
  #inTime = IN_TIME_MS;
  /** Scale and frame time, ms, at the first of several steps down, and their number. */
  #began: { scale: number; took: number; steps: number } | undefined;
  #calm = 0;
  #calmRounds = CALM_ROUNDS;
  /** The good scale before a higher one was tried. */
  #tried: number | undefined;

  /**
   * @param pixels of the screen
   * @param least lower limit of the pixels to draw
   * @param most upper limit of the pixels to draw
   */
  constructor(pixels: number, least = PIXELS_MIN, most = PIXELS_MAX) {
    this.#most = Math.min(Math.sqrt(most / pixels), 1);
    this.#least = Math.min(Math.sqrt(least / pixels), 1);
    this.scale = this.#most;
  }

  /** Adds the time since the last frame, ms. */
  add(interval: number): void {
    if (interval > PAUSE_MS) return;
    this.#intervals.push(interval);
    this.#time += interval;
    const { length } = this.#intervals;
    if (length < ROUND_FRAMES && (length < ROUND_FRAMES_MIN || this.#time < ROUND_MS)) return;
    this.#time = 0;
    const took = this.#intervals.splice(0).sort((a, b) => a - b)[length >> 1]!;
    if (took > this.#inTime) this.#lower(took);
    else this.#raise();
  }

  #lower(took: number): void {
    this.#calm = 0;
    if (this.#tried !== undefined) {
      this.scale = this.#tried;
      this.#tried = undefined;
      this.#calmRounds = Math.min(2 * this.#calmRounds, CALM_ROUNDS_MAX);
      return;
    }
    this.#began ??= { scale: this.scale, took, steps: 0 };
    const { steps, scale, took: atFirst } = this.#began;
    const isFutile = steps >= 3 && took > atFirst * HELPS;
    if (isFutile || (steps > 0 && this.scale <= this.#least)) {
      if (isFutile) this.scale = scale;
      this.#inTime = took * (IN_TIME_MS / (1_000 / 60));
      this.#began = undefined;
      return;
    }
    this.#began.steps += 1;
    // The time is proportional to the pixels, which are the square of the scale.
    const step = Math.min(Math.max(Math.sqrt(this.#inTime / took), LARGEST_STEP), SMALL_STEP);
    this.scale = Math.max(this.scale * step, this.#least);
  }

  #raise(): void {
    this.#began = undefined;
    if (this.#tried !== undefined) this.#calmRounds = CALM_ROUNDS;
    this.#tried = undefined;
    this.#calm += 1;
    if (this.#calm < this.#calmRounds || this.scale >= this.#most) return;
    this.#calm = 0;
    this.#tried = this.scale;
    this.scale = Math.min(this.scale / SMALL_STEP, this.#most);
  }
}
