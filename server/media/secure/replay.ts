/** Packets behind the newest that may still come; RFC 3711 §3.3.2 asks for 64 at least. */
const WINDOW = 128;

/** Refuses packet indexes that came before or are too old to know (RFC 3711 §3.3.2). */
export class ReplayWindow {
  #newest = -1;
  readonly #seen = new Uint8Array(WINDOW);

  /** Greatest index accepted, or -1. */
  get newest(): number {
    return this.#newest;
  }

  /** Whether an index would be new. Ask before the tag is checked, tell {@link accept} after. */
  isNew(index: number): boolean {
    if (index > this.#newest) return true;
    return index > this.#newest - WINDOW && this.#seen[index % WINDOW] === 0;
  }

  /** Marks an authentic packet's index as seen. */
  accept(index: number): void {
    if (index > this.#newest) {
      const from = Math.max(this.#newest + 1, index - WINDOW + 1);
      for (let passed = from; passed < index; passed++) this.#seen[passed % WINDOW] = 0;
      this.#newest = index;
    }
    this.#seen[index % WINDOW] = 1;
  }
}
