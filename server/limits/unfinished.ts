import type { Duplex } from "node:stream";
import { FrameMeter } from "./frame-meter.ts";
import { TokenBucket } from "./rate.ts";
import { Shares } from "./shares.ts";

/**
 * Unfinished messages of all networks together, bytes. A quarter of it is an offer half come from each of
 * 1,000 phones. More would not come back: what is freed in such pieces, the allocator keeps.
 */
const HELD_MAX = 16 * 1024 * 1024;
/**
 * For how long a network that held too much gets no new connections, ms: who is cut is back at once, with as
 * much again.
 */
const CROWDED_MS = 5_000;
/** How long a message may take to arrive, ms: the largest then comes at 52 kbit/s. */
const AGE_MAX = 10_000;
/**
 * How many control frames one client may send. Browsers send one for each heartbeat, and ws spends time and
 * memory on each.
 */
const CONTROL_FRAMES_RATE = { burst: 100, perSecond: 20 };

export interface UnfinishedOptions {
  /** How much of all unfinished messages one network may hold, percent. */
  readonly networkShare: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
}

interface Message {
  readonly network: string;
  readonly cut: () => void;
  since: number;
  held: number;
}

/**
 * What clients have sent of messages that are not complete. Cuts those that take too long, and where a
 * network, or all together, hold too much, the one that has taken longest.
 */
export class Unfinished {
  readonly #shares: Shares;
  readonly #now: () => number;
  /** The one that has taken longest first. */
  readonly #messages = new Map<Duplex, Message>();
  /** Until when networks are crowded. */
  readonly #crowded = new Map<string, number>();

  constructor({ networkShare, now }: UnfinishedOptions) {
    this.#shares = new Shares({ whole: HELD_MAX, networkShare });
    this.#now = now;
  }

  /** Bytes held now. */
  get held(): number {
    return this.#shares.total;
  }

  /** Whether a network has just held too much. */
  isCrowded(network: string): boolean {
    return (this.#crowded.get(network) ?? 0) > this.#now();
  }

  /**
   * Watches a connection from its first frame to its close, and cuts it where it sends control frames without
   * end.
   * @param cut ends it at once
   */
  watch(connection: Duplex, network: string, cut: () => void): void {
    const meter = new FrameMeter();
    const frames = new TokenBucket(CONTROL_FRAMES_RATE, this.#now());
    let [completed, controls] = [0, 0];
    connection.on("data", (chunk: Buffer) => {
      meter.read(chunk);
      // What is held now is of another message or control frame than before.
      if (meter.completed !== completed) this.#forget(connection);
      completed = meter.completed;
      // Nothing else counts them, and unlike messages they never reach a session.
      if (meter.controls !== controls && !frames.take(meter.controls - controls, this.#now())) {
        cut();
        return;
      }
      controls = meter.controls;
      if (meter.held > 0) this.#note(connection, meter.held, { network, cut });
    });
    connection.once("close", () => this.#forget(connection));
  }

  /** Cuts what has taken too long; called about once a second. */
  tick(): void {
    const now = this.#now();
    for (const [connection, { since, cut }] of this.#messages) {
      if (now - since <= AGE_MAX) break; // in order of begin
      this.#forget(connection);
      cut();
    }
    for (const network of this.#crowded.keys()) if (!this.isCrowded(network)) this.#crowded.delete(network);
  }

  #note(connection: Duplex, held: number, { network, cut }: Pick<Message, "network" | "cut">): void {
    let message = this.#messages.get(connection);
    if (!message) {
      message = { network, cut, since: this.#now(), held: 0 };
      this.#messages.set(connection, message);
    }
    this.#shares.take(network, held - message.held);
    message.held = held;
    while (this.#shares.isFullFor(network)) this.#cutOldest(network);
    while (this.#shares.isFull) this.#cutOldest();
  }

  #cutOldest(network?: string): void {
    for (const [connection, message] of this.#messages) {
      if (network !== undefined && message.network !== network) continue;
      this.#crowded.set(message.network, this.#now() + CROWDED_MS);
      this.#forget(connection);
      message.cut();
      return;
    }
  }

  #forget(connection: Duplex): void {
    const message = this.#messages.get(connection);
    if (message && this.#messages.delete(connection)) this.#shares.give(message.network, message.held);
  }
}
