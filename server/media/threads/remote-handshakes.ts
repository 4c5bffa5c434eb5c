import type { MessagePort } from "node:worker_threads";
import { TokenBucket } from "../../limits/rate.ts";
import { now } from "../clock.ts";
import type { Fingerprint, PeerId } from "../model.ts";
import type { HandshakeHandlers, HandshakeKeys, Handshakes } from "../secure/handshake.ts";
import { type HandshakeCommand, type HandshakeEvent, toBuffer } from "./messages.ts";

/** Datagrams that the handshake thread is given at a time: a few milliseconds of its work at most. */
const BATCH_MAX_DATAGRAMS = 16;
/** Waiting datagrams of one peer. A flight in fragments of 256 bytes has ten. */
const WAITING_MAX_DATAGRAMS = 64;
/** Waiting bytes of one peer. */
const WAITING_MAX_BYTES = 16 * 1024;
/** Longest datagram that is accepted. No path carries longer ones unfragmented. */
const DATAGRAM_MAX_BYTES = 2048;
/**
 * Datagrams that are accepted from one peer. A handshake takes 2 to 4, and up to a hundred over a bad network
 * with small fragments. After it only a close_notify is expected.
 */
const DATAGRAM_RATE = { burst: 200, perSecond: 5 };

/** One handshake, as its media thread keeps it. */
interface RemoteHandshake {
  readonly handlers: HandshakeHandlers;
  readonly waiting: Buffer[];
  waitingBytes: number;
  readonly limit: TokenBucket;
}

/**
 * A media thread's access to the handshake thread. It sends a batch of datagrams at a time, one of each peer
 * in turn, so that peers with few datagrams need not wait for a peer with many. The queues are bounded.
 */
export class RemoteHandshakes implements Handshakes {
  readonly #port: MessagePort;
  readonly #handshakes = new Map<PeerId, RemoteHandshake>();
  /** Peers with waiting datagrams, in the order of their turns. */
  readonly #queue = new Set<PeerId>();
  /** Whether the other thread has a batch. */
  #busy = false;

  /** @param port leads to the handshake thread */
  constructor(port: MessagePort) {
    this.#port = port;
    port.on("message", (event: HandshakeEvent) => this.#handle(event));
  }

  /**
   * Starts a handshake. The handlers receive its outcome.
   * @param fingerprints from the offer; the browser's certificate must match one of them
   */
  start(peer: PeerId, fingerprints: readonly Fingerprint[], handlers: HandshakeHandlers): void {
    this.#handshakes.set(peer, {
      handlers,
      waiting: [],
      waitingBytes: 0,
      limit: new TokenBucket(DATAGRAM_RATE, now()),
    });
    this.#send({ type: "start", peer, fingerprints });
  }

  /** Queues a datagram. Drops it where the peer has exceeded a limit, as a network might. */
  receive(peer: PeerId, datagram: Buffer): void {
    const handshake = this.#handshakes.get(peer);
    if (!handshake || datagram.length > DATAGRAM_MAX_BYTES) return;
    if (handshake.waiting.length >= WAITING_MAX_DATAGRAMS) return;
    if (handshake.waitingBytes + datagram.length > WAITING_MAX_BYTES) return;
    if (!handshake.limit.take(1, now())) return;
    handshake.waiting.push(datagram);
    handshake.waitingBytes += datagram.length;
    this.#queue.add(peer);
    this.#sendBatch();
  }

  /** Ends a handshake without a message to the browser; idempotent. */
  end(peer: PeerId): void {
    this.#queue.delete(peer);
    if (this.#handshakes.delete(peer)) this.#send({ type: "end", peer });
  }

  /** Closes the connection to the handshake thread; idempotent. */
  close(): void {
    this.#port.close();
  }

  #sendBatch(): void {
    if (this.#busy || this.#queue.size === 0) return;
    const datagrams: { peer: PeerId; datagram: Buffer }[] = [];
    // A peer with more datagrams is added to the end of the queue again. The loop reaches it after all
    // others.
    for (const peer of this.#queue) {
      const handshake = this.#handshakes.get(peer)!;
      const datagram = handshake.waiting.shift()!;
      handshake.waitingBytes -= datagram.length;
      datagrams.push({ peer, datagram });
      this.#queue.delete(peer);
      if (handshake.waiting.length > 0) this.#queue.add(peer);
      if (datagrams.length >= BATCH_MAX_DATAGRAMS) break;
    }
    this.#busy = true;
    this.#send({ type: "datagrams", datagrams });
  }

  #send(command: HandshakeCommand): void {
    this.#port.postMessage(command);
  }

  #handle(event: HandshakeEvent): void {
    if (event.type === "ready") {
      this.#busy = false;
      this.#sendBatch();
      return;
    }
    const handlers = this.#handshakes.get(event.peer)?.handlers;
    if (!handlers) return;
    switch (event.type) {
      case "datagram":
        handlers.send(toBuffer(event.datagram));
        break;
      case "done":
        handlers.done(withBuffers(event.keys));
        break;
      case "ended":
        handlers.ended(event.reason);
    }
  }
}

function withBuffers({ inbound, outbound, farewell }: HandshakeKeys): HandshakeKeys {
  return {
    inbound: { key: toBuffer(inbound.key), salt: toBuffer(inbound.salt) },
    outbound: { key: toBuffer(outbound.key), salt: toBuffer(outbound.salt) },
    farewell: toBuffer(farewell),
  };
}
