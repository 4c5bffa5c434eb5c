/** How far an index may usually be behind the newest; RFC 3711 §3.3.2 requires at least 64. */
export const REPLAY_WINDOW = 128;

/** Rejects indexes that were accepted before or are older than the window (RFC 3711 §3.3.2). */
export class ReplayWindow {
  #newest = -1;
  readonly #seen: Uint8Array;

  /** @param width how far an index may be behind the newest */
  constructor(width = REPLAY_WINDOW) {
    this.#seen = new Uint8Array(width);
  }

  /** Greatest index accepted, or -1. */
  get newest(): number {
    return this.#newest;
  }

  /** Whether an index is new. Check it before the tag, and call {@link accept} after the tag is verified. */
  isNew(index: number): boolean {
    if (index > this.#newest) return true;
    const width = this.#seen.length;
    return index > this.#newest - width && this.#seen[index % width] === 0;
  }

  /** Marks the index of an authentic packet or message as seen. */
  accept(index: number): void {
    const width = this.#seen.length;
    if (index > this.#newest) {
      const from = Math.max(this.#newest + 1, index - width + 1);
      for (let skipped = from; skipped < index; skipped++) this.#seen[skipped % width] = 0;
      this.#newest = index;
    }
    this.#seen[index % width] = 1;
  }
}
