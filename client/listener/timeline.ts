import { Labels } from "../light/labels.ts";

/** A ring of levels by media time, from which a screen paints the one that is due. */
export class Timeline {
  readonly #labels = new Labels();
  readonly #levels = new Float64Array(Labels.SIZE);

  /** Adds a level. One that is not newer than the newest says nothing new and is left out. */
  add(time: number, level: number): void {
    const place = this.#labels.add(time);
    if (place !== undefined) this.#levels[place] = level;
  }

  clear(): void {
    this.#labels.clear();
  }

  /** The newest media time there is, in ms. */
  get newest(): number | undefined {
    return this.#labels.newest;
  }

  /** The level at a media time, between its neighbours; the nearest one where there is none on one side. */
  at(time: number): number {
    const between = this.#labels.around(time);
    if (!between) return 0;
    const [before, after] = [this.#levels[between.earlier]!, this.#levels[between.later]!];
    return before * (1 - between.share) + after * between.share;
  }

  /** All labels after this one were too low by so much, ms. */
  move(after: number, by: number): void {
    this.#labels.move(after, by);
  }
}
