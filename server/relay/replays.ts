/** Messages of a sender that may come out of order. */
const WINDOW = 512;
/** Senders that are remembered; of more, the ones that have been silent longest are forgotten. */
const SENDERS_MAX = 4_096;

interface Sender {
  newest: number;
  /** The counts seen, each at its place in the window. */
  readonly seen: Uint32Array;
}

/** Tells whether a sender's message has come before: each has a count of its own. */
export class Replays {
  readonly #senders = new Map<string, Sender>();

  /** Whether a message is new. It counts as seen from then on. */
  isNew(id: string, count: number): boolean {
    const sender = this.#senders.get(id) ?? { newest: 0, seen: new Uint32Array(WINDOW) };
    this.#senders.delete(id);
    this.#senders.set(id, sender);
    const [oldest] = this.#senders.keys();
    if (this.#senders.size > SENDERS_MAX && oldest !== undefined) this.#senders.delete(oldest);
    // The low 32 bits tell apart what one window can hold.
    if (count <= sender.newest - WINDOW || sender.seen[count % WINDOW] === count >>> 0) return false;
    sender.seen[count % WINDOW] = count >>> 0;
    sender.newest = Math.max(sender.newest, count);
    return true;
  }
}
