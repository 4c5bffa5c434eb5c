/** More than two seconds of frames at 120 a second. */
const SIZE = 256;
/** A label this far before the newest is no jitter, but another time, ms. */
const RESTART_MS = 400;

/** Places in a ring on both sides of a time, and how far that is from the one to the other, 0..1. */
export interface Between {
  earlier: number;
  later: number;
  share: number;
}

/** The media times of what was heard, in a ring: of what stands there, somebody else keeps count. */
export class Labels {
  static readonly SIZE = SIZE;
  readonly #times = new Float64Array(SIZE);
  #count = 0;

  /**
   * Adds a media time, in ms.
   * @returns its place in the ring, 0…{@link SIZE}; undefined for one that is not newer than the newest: it
   * says nothing new
   */
  add(time: number): number | undefined {
    const newest = this.newest;
    if (newest !== undefined && Math.abs(time - newest) > RESTART_MS) this.clear();
    else if (newest !== undefined && time <= newest) return;
    const place = this.#count % SIZE;
    this.#times[place] = time;
    this.#count += 1;
    return place;
  }

  clear(): void {
    this.#count = 0;
  }

  /** The newest media time there is, in ms. */
  get newest(): number | undefined {
    return this.#count === 0 ? undefined : this.#times[(this.#count - 1) % SIZE];
  }

  /**
   * The neighbours of a media time, in ms; the nearest one where there is none on one side; undefined while
   * empty.
   */
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

  /** All labels after this one were too low by so much, or too high where that is below zero; in ms. */
  move(after: number, by: number): void {
    let next = Number.POSITIVE_INFINITY;
    for (let n = this.#count - 1; n >= this.#oldest; n--) {
      const time = this.#times[n % SIZE]!;
      // What is moved back may come to lie before what is not: none of it is before its time then.
      next = Math.min(time > after ? time + by : time, next);
      this.#times[n % SIZE] = next;
    }
  }

  get #oldest(): number {
    return Math.max(this.#count - SIZE, 0);
  }
}
