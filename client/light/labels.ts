/** Number of media times in the ring: more than two seconds at 120 frames per second. */
const SIZE = 256;
/** A larger step is no jitter but another position in the stream, ms. */
const RESTART_MS = 400;

/** The two entries of the ring around a time. `share` is how far the time is from the first, 0..1. */
export interface Between {
  earlier: number;
  later: number;
  share: number;
}

/**
 * The media times of measurements, in a ring. The user of this class keeps the measurements in arrays with
 * the same indices.
 */
export class Labels {
  static readonly SIZE = SIZE;
  readonly #times = new Float64Array(SIZE);
  #count = 0;

  /**
   * Adds a media time, ms.
   * @returns its index in the ring; undefined if it is not newer than the newest, and so brings nothing new
   */
  add(time: number): number | undefined {
    const newest = this.newest;
    if (newest !== undefined && Math.abs(time - newest) > RESTART_MS) this.clear();
    else if (newest !== undefined && time <= newest) return;
    const index = this.#count % SIZE;
    this.#times[index] = time;
    this.#count += 1;
    return index;
  }

  clear(): void {
    this.#count = 0;
  }

  /** The newest media time, ms; undefined while empty. */
  get newest(): number | undefined {
    return this.#count === 0 ? undefined : this.#times[(this.#count - 1) % SIZE];
  }

  /** The entries around a media time, ms, or the nearest entry at either end; undefined while empty. */
  around(time: number): Between | undefined {
    if (this.#count === 0) return;
    const oldest = this.#oldest;
    let later = this.#count - 1;
    while (later > oldest && this.#times[(later - 1) % SIZE]! >= time) later--;
    const earlier = Math.max(later - 1, oldest);
    const [from, to] = [this.#times[earlier % SIZE]!, this.#times[later % SIZE]!];
    const share = to > from ? Math.min(Math.max((time - from) / (to - from), 0), 1) : 1;
    return { earlier: earlier % SIZE, later: later % SIZE, share };
  }

  get #oldest(): number {
    return Math.max(this.#count - SIZE, 0);
  }
}
