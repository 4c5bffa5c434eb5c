import type { MessagePort } from "node:worker_threads";
import type { PeerId } from "./engine.ts";
import { type Certificate, Handshake, type HandshakeHandlers, type HandshakeKeys } from "./handshake.ts";
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
 * The thread's side that does the handshakes: their arithmetic takes milliseconds each, in which no
 * light must stand still.
 */
export class HandshakeThread {
  readonly #certificate: Certificate;
  readonly #handshakes = new Map<PeerId, Handshake>();

  constructor(certificate: Certificate) {
    this.#certificate = certificate;
  }

  /** Serves one media thread over its port. */
  attach(port: MessagePort): void {
    port.on("message", (command: HandshakeCommand) => this.#handle(command, port));
  }

  #handle(command: HandshakeCommand, port: MessagePort): void {
    const { peer } = command;
    const tell = (event: HandshakeEvent) => port.postMessage(event);
    switch (command.type) {
      case "start":
        this.#handshakes.set(
          peer,
          new Handshake(this.#certificate, command.fingerprint, {
            send: (datagram) => tell({ type: "datagram", peer, datagram: Uint8Array.from(datagram) }),
            done: (keys) => tell({ type: "done", peer, keys }),
            ended: (reason) => tell({ type: "ended", peer, reason }),
          }),
        );
        break;
      case "datagram":
        try {
          this.#handshakes.get(peer)?.receive(toBuffer(command.datagram));
        } catch {
          // A record that can not be read is as good as lost (RFC 6347 §4.1.2.7).
        }
        break;
      case "end":
        this.#handshakes.get(peer)?.close();
        this.#handshakes.delete(peer);
    }
  }
}

/** The media thread's side: a handshake that runs elsewhere. */
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

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function withBuffers({ inbound, outbound }: HandshakeKeys): HandshakeKeys {
  return {
    inbound: { key: toBuffer(inbound.key), salt: toBuffer(inbound.salt) },
    outbound: { key: toBuffer(outbound.key), salt: toBuffer(outbound.salt) },
  };
}
