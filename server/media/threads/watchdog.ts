/** Every thread sends the main thread at least one message in this many ms. */
export const LIVENESS_INTERVAL_MS = 1_000;

/** Checks without a message after which a thread is reported as silent. It may only be late. */
const SILENT_AFTER_CHECKS = 2;
/** Checks without a message after which a thread counts as lost. */
const LOST_AFTER_CHECKS = 5;
/** {@link LOST_AFTER_CHECKS} in seconds. */
export const LOST_AFTER_S = (LOST_AFTER_CHECKS * LIVENESS_INTERVAL_MS) / 1_000;
/** Further checks before a thread's first message. On a slow machine its modules take a while to load. */
const LOADING_CHECKS = 60;

/**
 * Watches whether threads still work. It counts its own checks since a thread's last message, not the time
 * that has passed. When the machine sleeps or the process is stopped, all threads pause together: the
 * watchdog then makes a single check, and blames no thread.
 */
export class Watchdog {
  readonly #onLost: (thread: string) => void;
  /** Checks since the last message, by the thread's name. */
  readonly #missed = new Map<string, number>();

  /** @param onLost called once for each thread that is lost, with its name */
  constructor(onLost: (thread: string) => void) {
    this.#onLost = onLost;
  }

  /** Starts to watch a thread. */
  watch(thread: string): void {
    this.#missed.set(thread, -LOADING_CHECKS);
  }

  /** Notes a message of a thread, which shows that it works. */
  confirm(thread: string): void {
    if (this.#missed.has(thread)) this.#missed.set(thread, 0);
  }

  /** Name of a silent thread; undefined if all threads work. */
  get silent(): string | undefined {
    for (const [thread, missed] of this.#missed) if (missed >= SILENT_AFTER_CHECKS) return thread;
    return undefined;
  }

  /** Checks all threads. Call it every {@link LIVENESS_INTERVAL_MS}. */
  check(): void {
    for (const [thread, missed] of this.#missed) {
      this.#missed.set(thread, missed + 1);
      if (missed + 1 === LOST_AFTER_CHECKS) this.#onLost(thread);
    }
  }
}
