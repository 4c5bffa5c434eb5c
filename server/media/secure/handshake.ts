import { createHash } from "node:crypto";
import type { Fingerprint, PeerId } from "../model.ts";
import type { Identity } from "./dtls/flight.ts";
import { DtlsServer } from "./dtls/server.ts";
import type { MasterKey } from "./srtp-keys.ts";

/** What a finished handshake gives: the keys of either direction. */
export interface HandshakeKeys {
  /** Opens what the browser sends. */
  inbound: MasterKey;
  /** Protects what the server sends. */
  outbound: MasterKey;
}

export interface HandshakeHandlers {
  send(datagram: Buffer): void;
  done(keys: HandshakeKeys): void;
  /** The handshake can not succeed, or the browser has said goodbye. */
  ended(reason: string): void;
}

/** The handshakes of many peers, wherever they are carried out. */
export interface Handshakes {
  /**
   * Starts a handshake; its outcome comes by the handlers.
   * @param fingerprints of the offer; the browser's certificate must have one of them
   */
  start(peer: PeerId, fingerprints: readonly Fingerprint[], handlers: HandshakeHandlers): void;
  /** A DTLS datagram of the peer. */
  receive(peer: PeerId, datagram: Buffer): void;
  /** Ends a handshake without a message to the browser; idempotent. */
  end(peer: PeerId): void;
}

/**
 * One DTLS-SRTP handshake: the protocol of {@link DtlsServer}, with the browser that its offer has named (RFC
 * 8122 §6.2).
 */
export class Handshake {
  readonly #dtls: DtlsServer;

  /** @param expected fingerprints of the offer; the browser's certificate must have one of them */
  constructor(identity: Identity, expected: readonly Fingerprint[], handlers: HandshakeHandlers) {
    this.#dtls = new DtlsServer(identity, {
      send: handlers.send,
      accepts: (der) => expected.some(({ algorithm, value }) => fingerprint(der, algorithm) === value),
      connected: ({ client, server }) => handlers.done({ inbound: client, outbound: server }),
      ended: handlers.ended,
    });
  }

  /** A DTLS datagram from an address whose connectivity check was authentic. */
  receive(datagram: Buffer): void {
    this.#dtls.receive(datagram);
  }

  /** Ends it without a word; idempotent. */
  close(): void {
    this.#dtls.close();
  }
}

/** A certificate's fingerprint as SDP writes it. */
export function fingerprint(der: Buffer, algorithm: string): string {
  const hash = createHash(algorithm.replace("-", "")).update(der).digest("hex").toUpperCase();
  return hash.replaceAll(/..(?!$)/g, "$&:");
}
