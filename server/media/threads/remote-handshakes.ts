import type { MessagePort } from "node:worker_threads";
import { TokenBucket } from "../../limits/rate.ts";
import { now } from "../clock.ts";
import type { Fingerprint, PeerId } from "../model.ts";
import type { HandshakeHandlers, HandshakeKeys, Handshakes } from "../secure/handshake.ts";
import { type HandshakeCommand, type HandshakeEvent, toBuffer } from "./messages.ts";

/** Datagrams on the way to the handshake thread at a time: a few milliseconds of its work at most. */
const BATCH = 16;
/** Datagrams of one peer that wait for their turn; a flight in pieces of 256 bytes has ten. */
const WAITING_MAX = 64;
/** Bytes of them. */
const WAITING_BYTES_MAX = 16 * 1024;
/** Longest datagram taken, bytes: more than any path carries whole. */
const DATAGRAM_MAX = 2048;
/**
 * Datagrams of one peer that are looked at in all, at once and then each second. A handshake takes 2 to 4,
 * and over a bad network in small pieces a hundred; afterwards comes a goodbye.
 */
const DATAGRAM_RATE = { burst: 200, perSecond: 5 };

/** What is kept of one handshake here. */
interface Running {
  readonly handlers: HandshakeHandlers;
  readonly waiting: Buffer[];
  waitingBytes: number;
  /** Datagrams that may still come. */
  readonly allowed: TokenBucket;
}

/**
 * The media thread's side of the handshakes that run elsewhere. The other thread is given a few datagrams at
 * a time, one of each peer in turn: who sends many waits behind those who send few, and what waits is
 * bounded.
 */
export class RemoteHandshakes implements Handshakes {
  readonly #port: MessagePort;
  readonly #running = new Map<PeerId, Running>();
  /** Peers with datagrams that wait, in the order of their turns. */
  readonly #queue = new Set<PeerId>();
  #busy = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on("message", (event: HandshakeEvent) => this.#hear(event));
  }

  /**
   * Starts a handshake; its outcome comes by the handlers.
   * @param fingerprints of the offer; the browser's certificate must have one of them
   */
  start(peer: PeerId, fingerprints: readonly Fingerprint[], handlers: HandshakeHandlers): void {
    this.#running.set(peer, {
      handlers,
      waiting: [],
      waitingBytes: 0,
      allowed: new TokenBucket(DATAGRAM_RATE, now()),
    });
    this.#tell({ type: "start", peer, fingerprints });
  }

  /** Passes a datagram on when it is the peer's turn; what is too much is dropped, as a network might. */
  receive(peer: PeerId, datagram: Buffer): void {
    const running = this.#running.get(peer);
    if (!running || datagram.length > DATAGRAM_MAX || running.waiting.length >= WAITING_MAX) return;
    if (running.waitingBytes + datagram.length > WAITING_BYTES_MAX || !running.allowed.take(1, now())) return;
    running.waiting.push(datagram);
    running.waitingBytes += datagram.length;
    this.#queue.add(peer);
    this.#passOn();
  }

  /** Ends a handshake without a word; idempotent. */
  end(peer: PeerId): void {
    this.#queue.delete(peer);
    if (this.#running.delete(peer)) this.#tell({ type: "end", peer });
  }

  close(): void {
    this.#port.close();
  }

  #passOn(): void {
    if (this.#busy || this.#queue.size === 0) return;
    const datagrams: { peer: PeerId; datagram: Buffer }[] = [];
    // A peer that has more goes to the end of this very queue, so the loop comes to it again after all
    // others.
    for (const peer of this.#queue) {
      const running = this.#running.get(peer)!;
      const datagram = running.waiting.shift()!;
      running.waitingBytes -= datagram.length;
      datagrams.push({ peer, datagram });
      this.#queue.delete(peer);
      if (running.waiting.length > 0) this.#queue.add(peer);
      if (datagrams.length >= BATCH) break;
    }
    this.#busy = true;
    this.#tell({ type: "datagrams", datagrams });
  }

  #tell(command: HandshakeCommand): void {
    this.#port.postMessage(command);
  }

  #hear(event: HandshakeEvent): void {
    if (event.type === "ready") {
      this.#busy = false;
      this.#passOn();
      return;
    }
    const handlers = this.#running.get(event.peer)?.handlers;
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

function withBuffers({ inbound, outbound }: HandshakeKeys): HandshakeKeys {
  return {
    inbound: { key: toBuffer(inbound.key), salt: toBuffer(inbound.salt) },
    outbound: { key: toBuffer(outbound.key), salt: toBuffer(outbound.salt) },
  };
}
