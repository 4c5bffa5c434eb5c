/** More pixels add nothing to soft light, and with fewer it has no shape. */
const PIXELS_MAX = 2_100_000;
const PIXELS_MIN = 60_000;
/** What is looked at before anything is changed: so many frames, or so many ms where they are slow. */
const FRAMES = 30;
const ROUND_MS = 700;
const FEWEST = 4;
/** A frame may take this long, ms: 60 a second, and a bit. */
const IN_TIME_MS = 18.5;
/** A longer one is a page that was hidden. */
const PAUSE_MS = 2_000;
const STEP = 0.8;
const LONGEST_STEP = 0.5;
/** A step down helps if frames take less than this share of what they took. */
const HELPS = 0.93;
/**
 * So many good rounds before more is tried; twice as many each time it was too much, up to a minute's worth.
 */
const CALM_ROUNDS = 20;
const CALM_ROUNDS_MAX = 120;

/**
 * Share of a screen's own resolution to draw with, so that frames come in time: a lower resolution before a
 * lower rate. Where lower does not help (the display is slow, or something else is), it goes back up.
 */
export class Resolution {
  /** Of width and height, 0..1. */
  scale: number;
  readonly #most: number;
  readonly #least: number;
  readonly #intervals: number[] = [];
  #time = 0;
  #inTime = IN_TIME_MS;
  /** Where a way down began, and how it went on. */
  #began: { scale: number; took: number; steps: number } | undefined;
  #calm = 0;
  #calmRounds = CALM_ROUNDS;
  /** What was good before more was tried. */
  #tried: number | undefined;

  /**
   * @param pixels that the screen has
   * @param least pixels with which it is worth looking at
   */
  constructor(pixels: number, least = PIXELS_MIN) {
    this.#most = Math.min(Math.sqrt(PIXELS_MAX / pixels), 1);
    this.#least = Math.min(Math.sqrt(least / pixels), 1);
    this.scale = this.#most;
  }

  /** Takes the time since the frame before, ms. */
  add(interval: number): void {
    if (interval > PAUSE_MS) return;
    this.#intervals.push(interval);
    this.#time += interval;
    const { length } = this.#intervals;
    if (length < FRAMES && (length < FEWEST || this.#time < ROUND_MS)) return;
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
    // What takes time is the pixels, as the square of the scale.
    const step = Math.min(Math.max(Math.sqrt(this.#inTime / took), LONGEST_STEP), STEP);
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
    this.scale = Math.min(this.scale / STEP, this.#most);
  }
}
