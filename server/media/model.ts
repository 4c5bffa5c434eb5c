/** Names a broadcast inside the engine; rooms use their code. */
export type BroadcastId = string;
/** Names a peer inside the engine, for as long as it lives. */
export type PeerId = string;

/** A certificate's hash as SDP writes it (RFC 8122 §5). */
export interface Fingerprint {
  /** Hash name in lower case, such as "sha-256". */
  algorithm: string;
  /** Upper-case hex pairs joined by colons. */
  value: string;
}

/** Everything a thread must know to meet a browser that has been answered. */
export interface PeerSpec {
  id: PeerId;
  /**
   * Peers are counted as they are answered: of two publishers of a broadcast the later has replaced the
   * earlier.
   */
  number: number;
  broadcast: BroadcastId;
  role: "publish" | "subscribe";
  /** The server's ICE credentials for this peer. */
  ufrag: string;
  password: string;
  /** The browser's ICE user name fragment, from its offer. */
  remoteUfrag: string;
  /** The browser's ICE password, from its offer: what the server's own requests are signed with. */
  remotePassword: string;
  /** The browser's certificate has one of these, by its offer. */
  fingerprints: readonly Fingerprint[];
  payloadType: number;
  /** The server's SSRC towards this peer. */
  ssrc: number;
  /** Most media taken from it, bytes a second. */
  rateMax: number;
}

/** What a datagram is, by its first byte (RFC 7983 §7). */
export type DatagramKind = "stun" | "dtls" | "media";

/** A datagram that reached another thread than the one its peer lives in. */
export interface StrayDatagram {
  peer: PeerId;
  kind: DatagramKind;
  datagram: Uint8Array;
  address: string;
  port: number;
}

/** How one listener receives, by its last RTCP receiver report. */
export interface SubscriberStats {
  /** Share of packets lost since the report before, 0..1 (RFC 3550 §6.4.1). */
  loss: number;
  /** Interarrival jitter in ms. */
  jitterMs: number;
  /** Round-trip time in ms, or null before the first report that answers a sender report. */
  roundTripMs: number | null;
}
