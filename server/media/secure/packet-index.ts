/** Sequence numbers in one cycle: they have 16 bits (RFC 3550 §5.1). */
export const SEQUENCE_NUMBERS = 0x1_0000;

/** The index with this sequence number that is nearest to the newest index (RFC 3711 §3.3.1, appendix A). */
export function nearestIndex(sequence: number, newest: number): number {
  const base = newest - (newest % SEQUENCE_NUMBERS);
  const guess = base + sequence;
  if (guess - newest > SEQUENCE_NUMBERS / 2 && base > 0) return guess - SEQUENCE_NUMBERS;
  if (newest - guess > SEQUENCE_NUMBERS / 2) return guess + SEQUENCE_NUMBERS;
  return guess;
}

/** How far a packet may be behind the newest; RFC 3711 §3.3.2 requires at least 64. */
const WINDOW_PACKETS = 128;

/** Rejects packet indexes that were accepted before or are older than the window (RFC 3711 §3.3.2). */
export class ReplayWindow {
  #newest = -1;
  readonly #seen = new Uint8Array(WINDOW_PACKETS);

  /** Greatest index accepted, or -1. */
  get newest(): number {
    return this.#newest;
  }

  /** Whether an index is new. Check it before the tag, and call {@link accept} after the tag is verified. */
  isNew(index: number): boolean {
    if (index > this.#newest) return true;
    return index > this.#newest - WINDOW_PACKETS && this.#seen[index % WINDOW_PACKETS] === 0;
  }

  /** Marks an authentic packet's index as seen. */
  accept(index: number): void {
    if (index > this.#newest) {
      const from = Math.max(this.#newest + 1, index - WINDOW_PACKETS + 1);
      for (let skipped = from; skipped < index; skipped++) this.#seen[skipped % WINDOW_PACKETS] = 0;
      this.#newest = index;
    }
    this.#seen[index % WINDOW_PACKETS] = 1;
  }
}
