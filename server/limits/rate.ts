/** A lasting rate with room for bursts. */
export interface Rate {
  /** The amount that may be taken at once after a long pause. */
  readonly burst: number;
  /** The amount that may be taken per second in the long run. */
  readonly perSecond: number;
}

/**
 * A token bucket. It is refilled by the time that each call passes in, so it needs no timer and reads no
 * clock of its own.
 */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledAtMs: number;

  /** @param nowMs monotonic time, ms; later calls use the same clock */
  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAtMs = nowMs;
  }

  /** Takes an amount if the bucket holds it, otherwise nothing. Returns whether it was taken. */
  take(amount: number, nowMs: number): boolean {
    const { burst, perSecond } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#filledAtMs) / 1000) * perSecond);
    this.#filledAtMs = nowMs;
    if (this.#tokens < amount) return false;
    this.#tokens -= amount;
    return true;
  }
}

/**
 * Keys that a {@link RateLimit} remembers. Beyond that it forgets the least recently used key, so that a
 * flood of keys cannot fill the memory.
 */
const KEYS_MAX = 50_000;

export interface RateOptions extends Rate {
  /** Returns monotonic time in ms. */
  readonly now: () => number;
}

/** Limits how often something may happen for each key. */
export class RateLimit {
  readonly #options: RateOptions;
  /** In order of use, the least recently used key first. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(options: RateOptions) {
    this.#options = options;
  }

  /** Counts one event of a key. Returns whether the limit allows it; a refused event costs nothing. */
  take(key: string): boolean {
    const now = this.#options.now();
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#options, now);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > KEYS_MAX) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return bucket.take(1, now);
  }

  /** Frees the memory of a key that will not be used again. */
  forget(key: string): void {
    this.#buckets.delete(key);
  }
}
