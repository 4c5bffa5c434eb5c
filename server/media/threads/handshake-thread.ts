import { createPrivateKey, X509Certificate } from "node:crypto";
import type { MessagePort } from "node:worker_threads";
import type { PeerId } from "../model.ts";
import type { Identity } from "../secure/dtls/flight.ts";
import { Handshake } from "../secure/handshake.ts";
import {
  type DtlsCertificate,
  type HandshakeCommand,
  type HandshakeEvent,
  type HandshakeThreadCommand,
  toBuffer,
} from "./messages.ts";
import { LIVENESS_INTERVAL_MS } from "./watchdog.ts";

/**
 * Carries out the DTLS handshakes of all media threads. Each takes up to a millisecond of computing, so a
 * crowd that joins at once must not delay the packets of connected listeners.
 */
class HandshakeThread {
  readonly #identity: Identity;
  readonly #handshakes = new Map<PeerId, Handshake>();

  constructor({ certPem, keyPem }: DtlsCertificate) {
    this.#identity = { certificate: new X509Certificate(certPem).raw, key: createPrivateKey(keyPem) };
  }

  /** Carries out one command of a media thread. Events go back through the same port. */
  handle(command: HandshakeCommand, port: MessagePort): void {
    const send = (event: HandshakeEvent) => port.postMessage(event);
    switch (command.type) {
      case "start":
        this.#start(command.peer, command, send);
        break;
      case "datagrams":
        for (const { peer, datagram } of command.datagrams) this.#receive(peer, toBuffer(datagram), send);
        send({ type: "ready" });
        break;
      case "end":
        this.#end(command.peer);
    }
  }

  #start(
    peer: PeerId,
    { fingerprints }: Extract<HandshakeCommand, { type: "start" }>,
    send: (event: HandshakeEvent) => void,
  ): void {
    const handshake = new Handshake(this.#identity, fingerprints, {
      send: (datagram) => send({ type: "datagram", peer, datagram: Uint8Array.from(datagram) }),
      done: (keys) => send({ type: "done", peer, keys }),
      ended: (reason) => send({ type: "ended", peer, reason }),
    });
    this.#handshakes.set(peer, handshake);
  }

  #receive(peer: PeerId, datagram: Buffer, send: (event: HandshakeEvent) => void): void {
    try {
      this.#handshakes.get(peer)?.receive(datagram);
    } catch (error) {
      // A defect of the server must end this handshake only, not the thread.
      send({ type: "ended", peer, reason: `dtls failed: ${(error as Error).message}` });
    }
  }

  #end(peer: PeerId): void {
    const handshake = this.#handshakes.get(peer);
    if (!handshake) return;
    handshake.close();
    this.#handshakes.delete(peer);
  }
}

/** Runs the handshake thread in this worker, until it is told to close. */
export function runHandshakeThread(parent: MessagePort, certificate: DtlsCertificate): void {
  // A handshake keeps a few short buffers for long. Each would keep a shared slab of 8 KB in memory.
  Buffer.poolSize = 0;
  const thread = new HandshakeThread(certificate);
  let reportedAt = 0;
  const reportLiveness = () => {
    reportedAt = performance.now();
    parent.postMessage("alive");
  };
  parent.on("message", (command: HandshakeThreadCommand) => {
    if (command === "close") {
      parent.close();
      return;
    }
    command.on("message", (request: HandshakeCommand) => {
      // Node handles all waiting messages before it runs timers. With many handshakes that takes seconds.
      if (performance.now() - reportedAt > LIVENESS_INTERVAL_MS) reportLiveness();
      thread.handle(request, command);
    });
  });
  reportLiveness();
  setInterval(reportLiveness, LIVENESS_INTERVAL_MS).unref();
}
