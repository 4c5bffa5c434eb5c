import type { MessagePort } from "node:worker_threads";
import type { PeerId } from "./engine.ts";
import { type Certificate, Handshake } from "./handshake.ts";
import { type HandshakeCommand, type HandshakeEvent, toBuffer } from "./remote-handshakes.ts";

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
