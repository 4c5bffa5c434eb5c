/** How long a wall that is to be closed waits for *Undo*. */
export const UNDO_MS = 5_000;

/** Walls that are about to be closed, each with the time that is left to change one's mind. */
export class Countdowns {
  readonly #now: () => number;
  /** When each wall is due, by code. */
  readonly #dueAt = new Map<string, number>();

  /** @param now monotonic time in ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The number of walls that wait. */
  get size(): number {
    return this.#dueAt.size;
  }

  /** Lets a wall wait. One that waits already keeps its time. */
  start(code: string): void {
    if (!this.#dueAt.has(code)) this.#dueAt.set(code, this.#now() + UNDO_MS);
  }

  /** Takes a wall back; false if it does not wait any more. */
  cancel(code: string): boolean {
    return this.#dueAt.delete(code);
  }

  /** Takes all walls back. */
  cancelAll(): void {
    this.#dueAt.clear();
  }

  /** The seconds that are left, rounded up; undefined for a wall that does not wait. */
  secondsLeft(code: string): number | undefined {
    const dueAt = this.#dueAt.get(code);
    return dueAt === undefined ? undefined : Math.max(0, Math.ceil((dueAt - this.#now()) / 1_000));
  }

  /** The walls whose time is over. They are not returned again. */
  takeDue(): string[] {
    const now = this.#now();
    const due = [...this.#dueAt].filter(([, dueAt]) => dueAt <= now).map(([code]) => code);
    for (const code of due) this.#dueAt.delete(code);
    return due;
  }
}
