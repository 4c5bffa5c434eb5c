import { createHash, verify, X509Certificate } from "node:crypto";
import { DtlsServer, type Transport } from "werift";
import type { Fingerprint } from "./sdp.ts";
import type { MasterKey } from "./srtp-keys.ts";

/** The server's certificate, one for all peers: what werift's `DtlsServer` signs with. */
export interface Certificate {
  certPem: string;
  keyPem: string;
  signatureHash: { hash: 4; signature: 3 };
}

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

const AES128_CM_HMAC_SHA1_80 = 1;

/** Record type (RFC 5246 §6.2.1) that opens the server's last flight. */
const CHANGE_CIPHER_SPEC = 20;
/** Record type of an alert, its level and its description (RFC 5246 §7.2). */
const ALERT = 21;
const FATAL = 2;
const CLOSE_NOTIFY = 0;
/** Handshake message type (RFC 5246 §7.4). */
const CERTIFICATE_VERIFY = 15;
/** DTLS record header (RFC 6347 §4.1). Epoch 0 is in the clear, so anyone can have written it. */
const RECORD_HEADER_LENGTH = 13;
const EPOCH_OFFSET = 3;

/** How often the last flight is sent again to a browser that seems to have missed it. */
const RESEND_MAX = 8;

/**
 * One DTLS-SRTP handshake as server. werift runs the protocol; this checks what werift leaves open:
 * that the browser's certificate is the one its offer named (RFC 8122 §6.2), and that the browser
 * holds that certificate's key (CertificateVerify, RFC 5246 §7.4.8).
 */
export class Handshake {
  readonly #dtls: DtlsServer;
  readonly #handlers: HandshakeHandlers;
  #state: "running" | "done" | "ended" = "running";
  #lastFlight: Buffer[] = [];
  #resent = 0;

  constructor(certificate: Certificate, expected: Fingerprint, handlers: HandshakeHandlers) {
    this.#handlers = handlers;
    this.#dtls = new DtlsServer({
      transport: new DatagramTransport((datagram) => this.#send(datagram)),
      cert: certificate.certPem,
      key: certificate.keyPem,
      signatureHash: certificate.signatureHash,
      srtpProfiles: [AES128_CM_HMAC_SHA1_80],
      extendedMasterSecret: true,
      certificateRequest: true,
    });
    this.#dtls.onConnect.once(() => this.#finish(expected));
    this.#dtls.onError.subscribe(() => this.#end("dtls failed"));
    this.#dtls.onClose.subscribe(() => this.#end("dtls closed by the browser"));
  }

  /** A DTLS datagram from an address whose connectivity check was authentic. */
  receive(datagram: Buffer): void {
    if (this.#state === "ended" || datagram.length < RECORD_HEADER_LENGTH) return;
    if (this.#state === "running") {
      this.#dtls.transport.socket.onData(datagram, NOWHERE);
    } else if (datagram.readUInt16BE(EPOCH_OFFSET) === 0) {
      // The browser repeats its last flight: the server's was lost. Bounded, as the record proves nothing.
      if (this.#resent++ < RESEND_MAX) for (const sent of this.#lastFlight) this.#handlers.send(sent);
    } else if (this.#isGoodbye(datagram)) {
      this.#end("dtls closed by the browser");
    }
  }

  /** Ends it without a word; idempotent. */
  close(): void {
    this.#state = "ended";
    this.#dtls.onConnect.allUnsubscribe();
    this.#lastFlight = [];
  }

  #send(datagram: Buffer): void {
    if (this.#state === "ended") return;
    // The last flight waits for the checks, and for the keys to be in place: media may follow it at once.
    if (datagram[0] === CHANGE_CIPHER_SPEC || datagram.readUInt16BE(EPOCH_OFFSET) > 0) {
      this.#lastFlight.push(datagram);
      if (this.#state === "running") return;
    }
    this.#handlers.send(datagram);
  }

  #finish(expected: Fingerprint): void {
    if (this.#state !== "running") return;
    const refusal = this.#refusal(expected);
    if (refusal) {
      this.#end(refusal);
      return;
    }
    this.#state = "done";
    const keys = this.#dtls.extractSessionKeys(16, 14);
    this.#forgetTranscript();
    this.#handlers.done({
      inbound: { key: keys.remoteKey, salt: keys.remoteSalt },
      outbound: { key: keys.localKey, salt: keys.localSalt },
    });
    for (const held of this.#lastFlight) this.#handlers.send(held);
  }

  /**
   * Whether the browser, and not someone who writes in its name, ends the connection. werift takes alerts in the
   * clear, and records of unknown types, for goodbyes; so once the keys are there, it sees no datagram any more.
   */
  #isGoodbye(datagram: Buffer): boolean {
    const end = RECORD_HEADER_LENGTH + datagram.readUInt16BE(RECORD_HEADER_LENGTH - 2);
    if (datagram[0] !== ALERT || datagram.length < end) return false;
    try {
      const { cipher, sessionType } = this.#dtls.cipher;
      const [level, description] = cipher.decrypt(sessionType, datagram.subarray(RECORD_HEADER_LENGTH, end), {
        type: ALERT,
        version: datagram.readUInt16BE(1),
        epoch: datagram.readUInt16BE(EPOCH_OFFSET),
        sequenceNumber: datagram.readUIntBE(EPOCH_OFFSET + 2, 6),
      });
      return level === FATAL || description === CLOSE_NOTIFY;
    } catch {
      return false;
    }
  }

  #refusal(expected: Fingerprint): string | undefined {
    const certificate = this.#dtls.remoteCertificate;
    if (!certificate || fingerprint(certificate, expected.algorithm) !== expected.value) {
      return "dtls certificate is not the one of the offer";
    }
    if (this.#dtls.srtp.srtpProfile !== AES128_CM_HMAC_SHA1_80) return "dtls without srtp";
    if (!this.#holdsKeyOf(certificate)) return "dtls certificate without its key";
  }

  #holdsKeyOf(certificate: Buffer): boolean {
    const messages = this.#dtls.dtls.sortedHandshakeCache;
    const at = messages.findIndex((message) => message.msg_type === CERTIFICATE_VERIFY);
    const proof = messages[at]?.fragment;
    if (!proof || proof.length < 4) return false;
    // DigitallySigned: hash and signature algorithm, two bytes of length, the signature (RFC 5246 §4.7).
    const hash = { 4: "sha256", 5: "sha384", 6: "sha512" }[proof[0]!];
    const signature = proof.subarray(4, 4 + proof.readUInt16BE(2));
    const transcript = Buffer.concat(messages.slice(0, at).map((message) => message.serialize()));
    return (
      hash !== undefined && verify(hash, transcript, new X509Certificate(certificate).publicKey, signature)
    );
  }

  /** All that a finished handshake still does is read a goodbye: the rest would be kept as long as the light. */
  #forgetTranscript(): void {
    const { dtls } = this.#dtls;
    dtls.handshakeCache = {};
    dtls.lastFlight = [];
    dtls.lastMessage = [];
  }

  #end(reason: string): void {
    if (this.#state === "ended") return;
    this.close();
    this.#handlers.ended(reason);
  }
}

/** A certificate's fingerprint as SDP writes it. */
export function fingerprint(der: Buffer, algorithm: string): string {
  const hash = createHash(algorithm.replace("-", "")).update(der).digest("hex").toUpperCase();
  return hash.replaceAll(/..(?!$)/g, "$&:");
}

const NOWHERE = ["0.0.0.0", 0] as const satisfies [string, number];

/** werift's view of the shared port: a socket that belongs to this one handshake. */
class DatagramTransport implements Transport {
  readonly type = "udp";
  readonly address = { address: "0.0.0.0", family: "IPv4", port: 0 };
  readonly closed = false;
  readonly #sendDatagram: (datagram: Buffer) => void;
  onData: Transport["onData"] = () => {};

  constructor(sendDatagram: (datagram: Buffer) => void) {
    this.#sendDatagram = sendDatagram;
  }

  async send(datagram: Buffer): Promise<void> {
    this.#sendDatagram(datagram);
  }

  async close(): Promise<void> {}
}
