import { createHash } from "node:crypto";
import type { Fingerprint, PeerId } from "../model.ts";
import type { Identity } from "./dtls/flight.ts";
import { DtlsServer } from "./dtls/server.ts";
import type { MasterKey } from "./srtp-keys.ts";

/** The result of a handshake: the SRTP keys of both directions, and what ends the session. */
export interface HandshakeKeys {
  /** For packets from the browser. */
  inbound: MasterKey;
  /** For packets to the browser. */
  outbound: MasterKey;
  /** A datagram that tells the browser that the session is over. */
  farewell: Buffer;
}

export interface HandshakeHandlers {
  send(datagram: Buffer): void;
  done(keys: HandshakeKeys): void;
  /** The handshake failed, or the browser sent a close_notify or a fatal alert (RFC 5246 §7.2). */
  ended(reason: string): void;
}

/** The handshakes of many peers, in this thread or in another. */
export interface Handshakes {
  /**
   * Starts a handshake; the handlers receive its result.
   * @param fingerprints the offer's; one of them must be that of the browser's certificate
   */
  start(peer: PeerId, fingerprints: readonly Fingerprint[], handlers: HandshakeHandlers): void;
  /** Takes a DTLS datagram of the peer. */
  receive(peer: PeerId, datagram: Buffer): void;
  /** Ends a handshake without a message to the browser; idempotent. */
  end(peer: PeerId): void;
}

/** One DTLS-SRTP handshake. It accepts only a certificate that the browser's offer names (RFC 8122 §6.2). */
export class Handshake {
  readonly #dtls: DtlsServer;

  /** @param expected the offer's fingerprints; one of them must be that of the browser's certificate */
  constructor(identity: Identity, expected: readonly Fingerprint[], handlers: HandshakeHandlers) {
    this.#dtls = new DtlsServer(identity, {
      send: handlers.send,
      accepts: (der) =>
        expected.some(({ algorithm, value }) => certificateFingerprint(der, algorithm) === value),
      connected: ({ client, server }, farewell) =>
        handlers.done({ inbound: client, outbound: server, farewell }),
      ended: handlers.ended,
    });
  }

  /** Takes a DTLS datagram from an address whose connectivity check was authentic. */
  receive(datagram: Buffer): void {
    this.#dtls.receive(datagram);
  }

  /** Ends the handshake without an alert to the browser; idempotent. */
  close(): void {
    this.#dtls.close();
  }
}

/** A certificate's fingerprint as SDP writes it (RFC 8122 §5). */
export function certificateFingerprint(der: Buffer, algorithm: string): string {
  const hash = createHash(algorithm.replace("-", "")).update(der).digest("hex").toUpperCase();
  return hash.replaceAll(/..(?!$)/g, "$&:");
}
