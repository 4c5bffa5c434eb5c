import { Emphasis } from "./emphasis.ts";
import { Labels } from "./labels.ts";
import { Follower } from "./level.ts";

/** Values by media time, in a ring: powers in dB, or levels. A screen paints the one that is due. */
export class Timeline {
  readonly #labels = new Labels();
  readonly #values = new Float64Array(Labels.SIZE);

  /** Adds a value. Leaves it out if its time is not newer than the newest. */
  add(time: number, value: number): void {
    const index = this.#labels.add(time);
    if (index !== undefined) this.#values[index] = value;
  }

  clear(): void {
    this.#labels.clear();
  }

  /** The newest media time, ms; undefined while empty. */
  get newest(): number | undefined {
    return this.#labels.newest;
  }

  /** The value at a media time, interpolated; the nearest one before the oldest and after the newest. */
  at(time: number): number {
    const between = this.#labels.around(time);
    if (!between) return 0;
    const [before, after] = [this.#values[between.earlier]!, this.#values[between.later]!];
    return before * (1 - between.share) + after * between.share;
  }
}

/** Time between two moments of the song's grid, ms. */
const GRID_MS = 10;
/**
 * Where they lie, ms: the ear's spectrum of a moment is dated with the middle of its 2,048 samples, 1,024
 * samples before a multiple of {@link GRID_MS}.
 */
const GRID_PHASE_MS = -1_024 / 48;
/** After a longer gap smoothing starts again at the level that is due, steps of the grid. */
const LONGEST_STEPS = 50;

/** A step of the grid that a media time in ms is in or at, and how far it is into it, 0..1. */
export function gridStep(media: number): { step: number; share: number } {
  const position = (media - GRID_PHASE_MS) / GRID_MS;
  const step = Math.floor(position);
  return { step, share: position - step };
}

/** The media time of a step of the grid, ms. */
export function gridTime(step: number): number {
  return step * GRID_MS + GRID_PHASE_MS;
}

/** What a {@link Smooth} makes light of. */
export interface Sounding {
  /** The power at a media time in ms, dB. */
  powerAt(media: number): number;
  /** How much a rise is enlarged at a media time in ms, see `riseGainAt`. */
  riseGainAt(media: number): number;
  /** The level of a power in dB at a media time in ms, 0..1. */
  levelOf(db: number, media: number): number;
  /** Time constants of the rise and of the fall, ms. */
  readonly riseMs: number;
  readonly fallMs: number;
}

/**
 * Makes levels of powers on the song's grid: beginnings of sounds stand out, light rises at once, or calmly,
 * and falls slowly. The result depends on media time only, so that screens with one band agree, whatever
 * their frame rate.
 */
export class Smooth {
  readonly #emphasis = new Emphasis();
  readonly #follower = new Follower();
  /** The step whose level is {@link #before}; the one after it has {@link #after}. */
  #step = Number.NaN;
  #before = 0;
  #after = 0;

  /**
   * The smoothed level at a media time. An earlier time than the last one restarts the smoothing.
   * @param media ms
   */
  at(media: number, sounding: Sounding): number {
    const { step, share } = gridStep(media);
    if (!(step >= this.#step && step - this.#step < LONGEST_STEPS)) {
      this.#emphasis.reset();
      this.#follower.reset();
      this.#step = step - 1;
      this.#after = this.#next(gridTime(step), sounding);
    }
    for (; this.#step < step; this.#step++) {
      this.#before = this.#after;
      this.#after = this.#next(gridTime(this.#step + 2), sounding);
    }
    return this.#before + (this.#after - this.#before) * share;
  }

  reset(): void {
    this.#step = Number.NaN;
  }

  #next(media: number, { powerAt, riseGainAt, levelOf, fallMs, riseMs }: Sounding): number {
    const level = levelOf(this.#emphasis.next(powerAt(media), GRID_MS, riseGainAt(media)), media);
    return this.#follower.next(level, GRID_MS, fallMs, riseMs);
  }
}
