/** How far an index may be behind the newest; RFC 3711 §3.3.2 requires at least 64. */
const WINDOW = 128;

/** Rejects indexes that were accepted before or are older than the window (RFC 3711 §3.3.2). */
export class ReplayWindow {
  #newest = -1;
  readonly #seen = new Uint8Array(WINDOW);

  /** Greatest index accepted, or -1. */
  get newest(): number {
    return this.#newest;
  }

  /** Whether an index is new. Check it before the tag, and call {@link accept} after the tag is verified. */
  isNew(index: number): boolean {
    if (index > this.#newest) return true;
    return index > this.#newest - WINDOW && this.#seen[index % WINDOW] === 0;
  }

  /** Marks the index of an authentic packet or message as seen. */
  accept(index: number): void {
    if (index > this.#newest) {
      const from = Math.max(this.#newest + 1, index - WINDOW + 1);
      for (let skipped = from; skipped < index; skipped++) this.#seen[skipped % WINDOW] = 0;
      this.#newest = index;
    }
    this.#seen[index % WINDOW] = 1;
  }
}
