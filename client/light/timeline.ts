import { Labels } from "./labels.ts";
import { follow } from "./level.ts";

/** Levels by media time, in a ring. A screen paints the one that is due. */
export class Timeline {
  readonly #labels = new Labels();
  readonly #levels = new Float64Array(Labels.SIZE);

  /** Adds a level. Leaves it out if its time is not newer than the newest. */
  add(time: number, level: number): void {
    const index = this.#labels.add(time);
    if (index !== undefined) this.#levels[index] = level;
  }

  clear(): void {
    this.#labels.clear();
  }

  /** The newest media time, ms; undefined while empty. */
  get newest(): number | undefined {
    return this.#labels.newest;
  }

  /** The level at a media time, interpolated; the nearest one before the oldest and after the newest. */
  at(time: number): number {
    const between = this.#labels.around(time);
    if (!between) return 0;
    const [before, after] = [this.#levels[between.earlier]!, this.#levels[between.later]!];
    return before * (1 - between.share) + after * between.share;
  }

  /** Adds `by` to all media times after `after`, ms. */
  move(after: number, by: number): void {
    this.#labels.move(after, by);
  }
}

/** Levels are smoothed in steps of media time, so that the result does not depend on the frame rate, ms. */
const STEP_MS = 4;
/** After a longer gap smoothing starts again at the level that is due, ms. */
const LONGEST_MS = 500;

/** Smooths a timeline. The result depends on media time only, so that screens with one band agree. */
export class Smooth {
  #level = 0;
  #at = Number.NEGATIVE_INFINITY;

  /** The smoothed level at a media time, ms. An earlier time than the last one restarts the smoothing. */
  at(timeline: Timeline, media: number): number {
    if (media - this.#at > LONGEST_MS || media < this.#at) {
      this.#at = Math.floor(media / STEP_MS) * STEP_MS;
      this.#level = timeline.at(this.#at);
    }
    while (this.#at + STEP_MS <= media) {
      this.#at += STEP_MS;
      this.#level = follow(this.#level, timeline.at(this.#at), STEP_MS / 1_000);
    }
    return follow(this.#level, timeline.at(media), (media - this.#at) / 1_000);
  }

  reset(): void {
    this.#at = Number.NEGATIVE_INFINITY;
  }
}
