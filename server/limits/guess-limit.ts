/** How many keys, such as networks, are remembered. The least recently used one is dropped first. */
const KEYS_MAX = 10_000;
/** How long an attempt may wait, ms. An attempt that would wait longer is refused. */
const WAIT_MAX_MS = 10_000;

export interface GuessLimitOptions {
  /** Wrong guesses per key and minute, and the burst that is allowed after a pause. */
  readonly perMinute: number;
  /** Monotonic time, ms. */
  readonly now: () => number;
}

/** One attempt to guess a secret. */
export interface Attempt {
  /** How long to wait before the guess is compared, ms. */
  readonly waitMs: number;
  /** Call if the guess was right. */
  succeeded(): void;
  /** Call if the guess was wrong. */
  failed(): void;
}

interface Entry {
  /** When all attempts counted until now would have been made at the sustained rate: monotonic time, ms. */
  dueMs: number;
  /** Wrong guesses, the least recently used one first. */
  readonly wrong: Set<string>;
}

/**
 * Limits how fast a secret can be guessed, per key: the generic cell rate algorithm (ITU-T I.371).
 *
 * Every attempt is counted when it begins; a right guess is taken out of the count again. Once the burst is
 * used up, attempts wait, up to ten seconds; further ones are refused. Right and wrong guesses wait equally:
 * otherwise the faster answer would show which guess is right. A wrong guess that is repeated is not counted
 * again, as it reveals nothing: a crowd that uses yesterday's password is no attack.
 */
export class GuessLimit {
  readonly #intervalMs: number;
  readonly #burst: number;
  readonly #now: () => number;
  /** The least recently used one first. */
  readonly #entries = new Map<string, Entry>();

  constructor({ perMinute, now }: GuessLimitOptions) {
    this.#intervalMs = 60_000 / perMinute;
    this.#burst = perMinute;
    this.#now = now;
  }

  /**
   * Counts one attempt.
   * @param key for whom it is counted, such as a network
   * @param guess the guess, or its hash
   * @returns undefined if it would have to wait too long
   */
  attempt(key: string, guess: string): Attempt | undefined {
    const now = this.#now();
    const entry = this.#entries.get(key) ?? { dueMs: now, wrong: new Set() };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    dropOldest(this.#entries, KEYS_MAX);
    const isKnown = entry.wrong.delete(guess);
    if (isKnown) entry.wrong.add(guess);
    const dueMs = Math.max(entry.dueMs, now);
    // An attempt conforms while `dueMs` is less than a burst ahead.
    const waitMs = isKnown ? 0 : Math.max(0, dueMs - (this.#burst - 1) * this.#intervalMs - now);
    if (waitMs > WAIT_MAX_MS) return undefined;
    if (!isKnown) entry.dueMs = dueMs + this.#intervalMs;
    return {
      waitMs,
      succeeded: () => {
        if (!isKnown) entry.dueMs -= this.#intervalMs;
      },
      failed: () => {
        entry.wrong.add(guess);
        dropOldest(entry.wrong, this.#burst);
      },
    };
  }
}

/**
 * Compares a guess and reports the result to its attempt.
 * @param attempt undefined if the guess is not counted
 * @param isWrong whether an error means that the guess was wrong; any other error is not counted
 * @param compare throws if the guess was wrong, or rejects
 */
export function settleAttempt<Found>(
  attempt: Attempt | undefined,
  isWrong: (error: unknown) => boolean,
  compare: () => Found,
): Found {
  const failed = (error: unknown): never => {
    if (isWrong(error)) attempt?.failed();
    else attempt?.succeeded();
    throw error;
  };
  const succeeded = <Right>(found: Right): Right => {
    attempt?.succeeded();
    return found;
  };
  let found: Found;
  try {
    found = compare();
  } catch (error) {
    return failed(error);
  }
  return found instanceof Promise ? (found.then(succeeded, failed) as Found) : succeeded(found);
}

function dropOldest(entries: Map<string, unknown> | Set<string>, sizeMax: number): void {
  if (entries.size <= sizeMax) return;
  const [oldest] = entries.keys();
  if (oldest !== undefined) entries.delete(oldest);
}
