/** More than two seconds of frames at 120 a second. */
const SIZE = 256;
/** A label this far before the newest is no jitter, but another time. */
const RESTART_MS = 400;

/** A ring of levels by media time, from which a screen paints the one that is due. */
export class Timeline {
  readonly #times = new Float64Array(SIZE);
  readonly #levels = new Float64Array(SIZE);
  #count = 0;

  /** Adds a level. One that is not newer than the newest says nothing new and is left out. */
  add(time: number, level: number): void {
    const newest = this.newest;
    if (newest !== undefined && Math.abs(time - newest) > RESTART_MS) this.clear();
    else if (newest !== undefined && time <= newest) return;
    this.#times[this.#count % SIZE] = time;
    this.#levels[this.#count % SIZE] = level;
    this.#count += 1;
  }

  clear(): void {
    this.#count = 0;
  }

  /** The newest media time there is, in ms. */
  get newest(): number | undefined {
    return this.#count === 0 ? undefined : this.#times[(this.#count - 1) % SIZE];
  }

  /** The level at a media time, between its neighbours; the nearest one where there is none on one side. */
  at(time: number): number {
    const oldest = Math.max(this.#count - SIZE, 0);
    let later = this.#count - 1;
    if (later < 0) return 0;
    while (later > oldest && this.#times[(later - 1) % SIZE]! >= time) later--;
    const t1 = this.#times[later % SIZE]!;
    const level = this.#levels[later % SIZE]!;
    if (time >= t1 || later === oldest) return level;
    const t0 = this.#times[(later - 1) % SIZE]!;
    const before = this.#levels[(later - 1) % SIZE]!;
    return before + ((level - before) * (time - t0)) / (t1 - t0);
  }
}
