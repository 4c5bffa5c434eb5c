import { ReplayWindow } from "../limits/replay-window.ts";

/** Senders that are remembered; of more, the ones that have been silent longest are forgotten. */
const SENDERS_MAX = 4_096;

/** Tells whether a sender's message has come before: each has a count of its own. */
export class Replays {
  readonly #senders = new Map<string, ReplayWindow>();

  /** Whether an authentic message is new. It counts as seen from then on. */
  isNew(sender: string, count: number): boolean {
    const window = this.#senders.get(sender) ?? new ReplayWindow();
    this.#senders.delete(sender);
    this.#senders.set(sender, window);
    const [oldest] = this.#senders.keys();
    if (this.#senders.size > SENDERS_MAX && oldest !== undefined) this.#senders.delete(oldest);
    if (!window.isNew(count)) return false;
    window.accept(count);
    return true;
  }
}
