import type { MessagePort } from "node:worker_threads";
import type { PeerId } from "./engine.ts";
import type { HandshakeHandlers, HandshakeKeys } from "./handshake.ts";
import type { Fingerprint } from "./sdp.ts";

/** What a media thread tells the handshake thread. Buffers arrive as plain bytes. */
export type HandshakeCommand =
  | { type: "start"; peer: PeerId; fingerprint: Fingerprint }
  | { type: "datagram"; peer: PeerId; datagram: Uint8Array }
  | { type: "end"; peer: PeerId };

/** What the handshake thread tells a media thread. */
export type HandshakeEvent =
  | { type: "datagram"; peer: PeerId; datagram: Uint8Array }
  | { type: "done"; peer: PeerId; keys: HandshakeKeys }
  | { type: "ended"; peer: PeerId; reason: string };

/**
 * The media thread's side of the handshakes that run elsewhere. A file of its own, so that a media thread
 * does not load all of werift.
 */
export class RemoteHandshakes {
  readonly #port: MessagePort;
  readonly #handlers = new Map<PeerId, HandshakeHandlers>();

  constructor(port: MessagePort) {
    this.#port = port;
    port.on("message", (event: HandshakeEvent) => this.#hear(event));
  }

  /** Starts a handshake; its outcome comes by the handlers. */
  start(peer: PeerId, fingerprint: Fingerprint, handlers: HandshakeHandlers): void {
    this.#handlers.set(peer, handlers);
    this.#tell({ type: "start", peer, fingerprint });
  }

  receive(peer: PeerId, datagram: Buffer): void {
    this.#tell({ type: "datagram", peer, datagram });
  }

  /** Ends a handshake without a word; idempotent. */
  end(peer: PeerId): void {
    if (this.#handlers.delete(peer)) this.#tell({ type: "end", peer });
  }

  close(): void {
    this.#port.close();
  }

  #tell(command: HandshakeCommand): void {
    this.#port.postMessage(command);
  }

  #hear(event: HandshakeEvent): void {
    const handlers = this.#handlers.get(event.peer);
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

/** Buffers arrive from another thread as plain bytes. */
export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function withBuffers({ inbound, outbound }: HandshakeKeys): HandshakeKeys {
  return {
    inbound: { key: toBuffer(inbound.key), salt: toBuffer(inbound.salt) },
    outbound: { key: toBuffer(outbound.key), salt: toBuffer(outbound.salt) },
  };
}
