import type { Duplex } from "node:stream";
import { FrameMeter } from "./frame-meter.ts";
import { NetworkQuota } from "./network-quota.ts";
import { TokenBucket } from "./rate.ts";

/**
 * Unfinished messages of all networks together, bytes. A quarter of it (the share of one network) holds half
 * an offer from each of 1,000 phones. A larger value would not be freed in practice: the allocator keeps
 * memory that is returned in small pieces.
 */
const UNFINISHED_MAX_BYTES = 16 * 1024 * 1024;
/**
 * How long a network that exceeded its share gets no new WebSockets, ms. Without this, a client that was
 * disconnected would connect again at once and send as much again.
 */
const BLOCK_MS = 5_000;
/** How long a message may take to arrive, ms. The largest message then needs 52 kbit/s. */
const MESSAGE_TIMEOUT_MS = 10_000;
/**
 * Control frames of one client. ws spends time and memory on each; browsers send one per heartbeat.
 */
const CONTROL_FRAMES_RATE = { burst: 100, perSecond: 20 };
/** Messages to all networks together that wait in the server to be sent, bytes. */
const UNSENT_MAX_BYTES = 256 * 1024 * 1024;

export interface UnfinishedMessagesOptions {
  /** How much of the memory for unfinished messages one network may use, percent. */
  readonly networkShare: number;
  /** Monotonic time, ms. */
  readonly now: () => number;
}

interface UnfinishedMessage {
  readonly network: string;
  readonly terminate: () => void;
  /** When it began: monotonic time, ms. */
  readonly startMs: number;
  bytes: number;
}

/**
 * Limits the memory for WebSocket messages that have arrived in part, because ws has no such limit. Closes a
 * connection whose message takes too long. When one network, or all networks together, exceed the limit,
 * closes the connection with the oldest unfinished message and blocks its network for a moment.
 */
export class UnfinishedMessages {
  readonly #quota: NetworkQuota;
  readonly #now: () => number;
  /** The oldest message first. */
  readonly #messages = new Map<Duplex, UnfinishedMessage>();
  /** When the block of each network ends: monotonic time, ms. */
  readonly #blocked = new Map<string, number>();

  constructor({ networkShare, now }: UnfinishedMessagesOptions) {
    this.#quota = new NetworkQuota({ capacity: UNFINISHED_MAX_BYTES, networkShare });
    this.#now = now;
  }

  /** Size of all unfinished messages, bytes. */
  get bytes(): number {
    return this.#quota.used;
  }

  /** Whether a network may open no WebSocket now, as it exceeded its share a moment ago. */
  isBlocked(network: string): boolean {
    return (this.#blocked.get(network) ?? 0) > this.#now();
  }

  /**
   * Counts what a connection sends, from its first frame until it closes. Also terminates it if it sends too
   * many control frames.
   * @param terminate closes the connection at once
   */
  watch(connection: Duplex, network: string, terminate: () => void): void {
    const meter = new FrameMeter();
    const frames = new TokenBucket(CONTROL_FRAMES_RATE, this.#now());
    let [completed, controls] = [0, 0];
    connection.on("data", (chunk: Buffer) => {
      meter.read(chunk);
      // The bytes that are buffered now belong to another message or control frame than before.
      if (meter.completed !== completed) this.#forget(connection);
      completed = meter.completed;
      // Control frames never reach a session, where messages are counted.
      if (meter.controls !== controls && !frames.take(meter.controls - controls, this.#now())) {
        terminate();
        return;
      }
      controls = meter.controls;
      if (meter.bytes > 0) this.#update(connection, meter.bytes, { network, terminate });
    });
    connection.once("close", () => this.#forget(connection));
  }

  /** Closes connections whose message takes too long. Call about once a second. */
  tick(): void {
    const now = this.#now();
    for (const [connection, { startMs, terminate }] of this.#messages) {
      if (now - startMs <= MESSAGE_TIMEOUT_MS) break; // All that follow began later.
      this.#forget(connection);
      terminate();
    }
    for (const network of this.#blocked.keys()) if (!this.isBlocked(network)) this.#blocked.delete(network);
  }

  #update(
    connection: Duplex,
    bytes: number,
    { network, terminate }: Pick<UnfinishedMessage, "network" | "terminate">,
  ): void {
    let message = this.#messages.get(connection);
    if (!message) {
      message = { network, terminate, startMs: this.#now(), bytes: 0 };
      this.#messages.set(connection, message);
    }
    this.#quota.acquire(network, bytes - message.bytes);
    message.bytes = bytes;
    while (this.#quota.isFullFor(network)) this.#terminateOldest(network);
    while (this.#quota.isFull) this.#terminateOldest();
  }

  /** @param network undefined for the oldest message of all networks */
  #terminateOldest(network?: string): void {
    for (const [connection, message] of this.#messages) {
      if (network !== undefined && message.network !== network) continue;
      this.#blocked.set(message.network, this.#now() + BLOCK_MS);
      this.#forget(connection);
      message.terminate();
      return;
    }
  }

  #forget(connection: Duplex): void {
    const message = this.#messages.get(connection);
    if (message && this.#messages.delete(connection)) this.#quota.release(message.network, message.bytes);
  }
}

/** What waits in the server to be sent to one page. */
export interface UnsentBacklog {
  readonly network: string;
  /** Bytes. */
  readonly unsent: number;
}

/**
 * Selects the pages to disconnect so that the messages that wait to be sent fit into the memory for them, in
 * all and per network. Selects the largest backlogs.
 * @param networkShare how much of that memory one network may use, percent
 */
export function selectOverQuota<Page extends UnsentBacklog>(
  pages: readonly Page[],
  networkShare: number,
): Page[] {
  const quota = new NetworkQuota({ capacity: UNSENT_MAX_BYTES, networkShare });
  const smallestFirst = pages.filter(({ unsent }) => unsent > 0).toSorted((a, b) => a.unsent - b.unsent);
  return smallestFirst.filter(({ network, unsent }) => {
    quota.acquire(network, unsent);
    const isOver = quota.isFull || quota.isFullFor(network);
    if (isOver) quota.release(network, unsent);
    return isOver;
  });
}
