import { X509Certificate } from "node:crypto";
import type { Socket } from "node:dgram";
import { CipherContext, DtlsClient, type Transport } from "werift";
import { useNativeX25519 } from "./native-x25519.ts";

const CONNECT_TIMEOUT_MS = 8_000;

// Without it a handshake takes twice as long.
useNativeX25519();

const made = await CipherContext.createSelfSignedCertificateWithKey({ hash: 4, signature: 3 }, 23);
/** Of the certificate that all these peers have. */
export const PEER_FINGERPRINT = new X509Certificate(made.certPem).fingerprint256;

export interface PeerDtlsOptions {
  readonly socket: Socket;
  /** The server's UDP port. */
  readonly port: number;
  send(datagram: Buffer): void;
  /** Takes what is SRTP or SRTCP (RFC 7983 §7). */
  receive(datagram: Buffer): void;
}

/** Starts the handshake of a peer without a browser. `connected` rejects if it takes too long. */
export function startDtls({ socket, port, send, receive }: PeerDtlsOptions): {
  dtls: DtlsClient;
  connected: Promise<unknown>;
} {
  const transport = new SocketTransport(send);
  const dtls = new DtlsClient({
    cert: made.certPem,
    key: made.keyPem,
    signatureHash: made.signatureHash,
    transport,
    srtpProfiles: [1],
    extendedMasterSecret: true,
  });
  socket.on("message", (datagram) => {
    if (datagram[0]! >= 128) receive(datagram);
    else if (datagram[0]! >= 20) transport.onData(datagram, ["127.0.0.1", port]);
  });
  const connected = dtls.onConnect.asPromise(CONNECT_TIMEOUT_MS);
  // `connect` resolves half a second later, when it does not wait for a lost flight any more.
  dtls.connect().catch(() => {});
  return { dtls, connected };
}

/** Adapts a socket to werift. */
class SocketTransport implements Transport {
  readonly type = "udp";
  readonly address = { address: "127.0.0.1", family: "IPv4", port: 0 };
  readonly closed = false;
  readonly #send: (datagram: Buffer) => void;
  onData: Transport["onData"] = () => {};

  constructor(send: (datagram: Buffer) => void) {
    this.#send = send;
  }

  async send(datagram: Buffer): Promise<void> {
    this.#send(datagram);
  }

  async close(): Promise<void> {}
}
