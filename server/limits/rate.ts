/**
 * Keys remembered; beyond that the one unused for longest is forgotten, so that no flood fills the memory.
 */
const KEYS_MAX = 50_000;

export interface RateOptions {
  /** How many at once, after a long rest. */
  readonly burst: number;
  /** How many a second, lastingly. */
  readonly perSecond: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
}

interface Bucket {
  left: number;
  at: number;
}

/** How often something may happen for each key: token buckets that fill by the clock, without a timer. */
export class RateLimit {
  readonly #options: RateOptions;
  /** In order of use, the longest unused first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: RateOptions) {
    this.#options = options;
  }

  /** Whether it may happen once more now; if so, it counts. */
  take(key: string): boolean {
    const { now } = this.#options;
    const left = this.#left(key);
    const allowed = left >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { left: allowed ? left - 1 : left, at: now() });
    if (this.#buckets.size > KEYS_MAX) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return allowed;
  }

  /** The key will not be asked for again. */
  forget(key: string): void {
    this.#buckets.delete(key);
  }

  #left(key: string): number {
    const { burst, perSecond, now } = this.#options;
    const bucket = this.#buckets.get(key);
    return bucket ? Math.min(burst, bucket.left + ((now() - bucket.at) / 1000) * perSecond) : burst;
  }
}
