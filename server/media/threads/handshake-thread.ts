import { createPrivateKey, X509Certificate } from "node:crypto";
import type { MessagePort } from "node:worker_threads";
import type { PeerId } from "../model.ts";
import type { Identity } from "../secure/dtls/flight.ts";
import { Handshake } from "../secure/handshake.ts";
import { type DtlsCertificate, type HandshakeCommand, type HandshakeEvent, toBuffer } from "./messages.ts";

/**
 * The thread's side that does the handshakes: their arithmetic takes parts of a millisecond each, and a crowd
 * that joins at once must not hold up the light of those who are there.
 */
export class HandshakeThread {
  readonly #identity: Identity;
  readonly #handshakes = new Map<PeerId, Handshake>();

  constructor({ certPem, keyPem }: DtlsCertificate) {
    this.#identity = { certificate: new X509Certificate(certPem).raw, key: createPrivateKey(keyPem) };
  }

  /** Serves one media thread over its port. */
  attach(port: MessagePort): void {
    port.on("message", (command: HandshakeCommand) => this.#handle(command, port));
  }

  #handle(command: HandshakeCommand, port: MessagePort): void {
    const tell = (event: HandshakeEvent) => port.postMessage(event);
    switch (command.type) {
      case "start":
        this.#start(command.peer, command, tell);
        break;
      case "datagrams":
        for (const { peer, datagram } of command.datagrams) this.#receive(peer, toBuffer(datagram), tell);
        tell({ type: "ready" });
        break;
      case "end":
        this.#end(command.peer);
    }
  }

  #start(
    peer: PeerId,
    { fingerprints }: Extract<HandshakeCommand, { type: "start" }>,
    tell: (event: HandshakeEvent) => void,
  ): void {
    const handshake = new Handshake(this.#identity, fingerprints, {
      send: (datagram) => tell({ type: "datagram", peer, datagram: Uint8Array.from(datagram) }),
      done: (keys) => tell({ type: "done", peer, keys }),
      ended: (reason) => tell({ type: "ended", peer, reason }),
    });
    this.#handshakes.set(peer, handshake);
  }

  #receive(peer: PeerId, datagram: Buffer, tell: (event: HandshakeEvent) => void): void {
    try {
      this.#handshakes.get(peer)?.receive(datagram);
    } catch (error) {
      // A defect of ours must end this one handshake, and none of the others.
      tell({ type: "ended", peer, reason: `dtls failed: ${(error as Error).message}` });
    }
  }

  #end(peer: PeerId): void {
    const handshake = this.#handshakes.get(peer);
    if (!handshake) return;
    handshake.close();
    this.#handshakes.delete(peer);
  }
}
