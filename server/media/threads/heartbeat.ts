/** A thread that works says so in this many ms. */
export const BEAT = 1_000;

/**
 * Looks without a beat in between after which a thread is said to be silent: it may be late, or never come
 * back.
 */
const SILENT_AFTER = 2;
/** Looks without a beat in between after which a thread is given up. */
const LOST_AFTER = 5;
/** {@link LOST_AFTER} in seconds. */
export const LOST_SECONDS = (LOST_AFTER * BEAT) / 1_000;
/** Looks that a thread is given before its first beat: on a slow machine its modules take a while to load. */
const LOADING = 60;

/**
 * Whether threads still work: each says so every {@link BEAT} ms. It is counted how often this thread has
 * looked since, not how much time has passed: when all threads stand still at once, because the machine
 * sleeps or the process is stopped, this one looks once afterwards, and no thread is blamed.
 */
export class Heartbeats {
  readonly #lost: (thread: string) => void;
  /** By the thread's name: how often it was looked for in vain. */
  readonly #missed = new Map<string, number>();

  /** @param lost is told the name of each thread that is given up, once */
  constructor(lost: (thread: string) => void) {
    this.#lost = lost;
  }

  /** Expects beats of a thread. */
  add(thread: string): void {
    this.#missed.set(thread, -LOADING);
  }

  /** The thread works. */
  beat(thread: string): void {
    if (this.#missed.has(thread)) this.#missed.set(thread, 0);
  }

  /** Name of a thread that has not been heard of lately; undefined if all work. */
  get silent(): string | undefined {
    for (const [thread, missed] of this.#missed) if (missed >= SILENT_AFTER) return thread;
    return undefined;
  }

  /** Called every {@link BEAT} ms. */
  look(): void {
    for (const [thread, missed] of this.#missed) {
      this.#missed.set(thread, missed + 1);
      if (missed + 1 === LOST_AFTER) this.#lost(thread);
    }
  }
}
