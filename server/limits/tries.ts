/** Keys remembered; beyond that the one unused for longest is forgotten. */
const KEYS_MAX = 10_000;
/** How long a try may wait for its turn, ms; what would wait longer is refused. */
const WAIT_MAX = 10_000;

export interface TriesOptions {
  /** Wrong tries of one key a minute, and as many at once after a long rest. */
  readonly perMinute: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
}

/** One try at something that can be guessed. */
export interface Try {
  /** How long to wait before it is looked at, ms. */
  readonly wait: number;
  /** It was looked at, and was right. */
  right(): void;
  /** It was looked at, and was wrong. */
  wrong(): void;
}

interface Entry {
  /** When all wrong tries so far would have been made at the lasting pace. */
  due: number;
  /** Wrong ones that were counted, the one unused for longest first. */
  readonly wrong: Set<string>;
}

/**
 * How fast something can be guessed: the generic cell rate algorithm (ITU-T I.371), by key. Every try costs,
 * and a right one is given back, so that only wrong ones count. When they are used up, tries wait for their
 * turn, right and wrong ones alike: an answer that came sooner for a right one would be the way to guess. The
 * same wrong one again costs nothing, as it tells nothing: a crowd with yesterday's password is no attack.
 */
export class Tries {
  readonly #interval: number;
  readonly #burst: number;
  readonly #now: () => number;
  /** In order of use, the longest unused first. */
  readonly #entries = new Map<string, Entry>();

  constructor({ perMinute, now }: TriesOptions) {
    this.#interval = 60_000 / perMinute;
    this.#burst = perMinute;
    this.#now = now;
  }

  /**
   * One more try of one key's.
   * @param guess what is tried, or what stands for it
   * @returns undefined where too many wait already
   */
  take(key: string, guess: string): Try | undefined {
    const now = this.#now();
    const entry = this.#entries.get(key) ?? { due: now, wrong: new Set() };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    forgetOldest(this.#entries, KEYS_MAX);
    const isKnown = entry.wrong.delete(guess);
    if (isKnown) entry.wrong.add(guess);
    const due = Math.max(entry.due, now);
    // A cell conforms while what is due lies less than a burst ahead.
    const wait = isKnown ? 0 : Math.max(0, due - (this.#burst - 1) * this.#interval - now);
    if (wait > WAIT_MAX) return undefined;
    if (!isKnown) entry.due = due + this.#interval;
    return {
      wait,
      right: () => {
        if (!isKnown) entry.due -= this.#interval;
      },
      wrong: () => {
        entry.wrong.add(guess);
        forgetOldest(entry.wrong, this.#burst);
      },
    };
  }
}

/**
 * Looks at what a try is for, and counts what came of it.
 * @param isWrong whether an error says that the try was wrong; any other failure does not count
 */
export function judge<Found>(
  turn: Try | undefined,
  isWrong: (error: unknown) => boolean,
  look: () => Found,
): Found {
  try {
    const found = look();
    turn?.right();
    return found;
  } catch (error) {
    if (isWrong(error)) turn?.wrong();
    else turn?.right();
    throw error;
  }
}

function forgetOldest(entries: Map<string, unknown> | Set<string>, most: number): void {
  if (entries.size <= most) return;
  const [oldest] = entries.keys();
  if (oldest !== undefined) entries.delete(oldest);
}
