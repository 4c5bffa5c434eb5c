/** Identifies a broadcast in the engine. Rooms use their code. */
export type BroadcastId = string;

/** Identifies a peer in the engine; never used again for another one. */
export type PeerId = string;

/** A certificate's hash in the form that SDP has (RFC 8122 §5). */
export interface Fingerprint {
  /** Hash function in lower case, such as "sha-256". */
  algorithm: string;
  /** Pairs of upper-case hex digits, joined by colons. */
  value: string;
}

/** Which way a broadcast goes between this machine and others: its host is here, or elsewhere. */
export type RelayWay = "send" | "receive" | "none";

/** One of the two sizes in which a host sends its picture: two encodings of the same picture. */
export type PictureLayer = "high" | "low";

/** The codecs of pictures that the server forwards. */
export type PictureCodec = "VP8" | "H264";

/** A layer of the picture that an answer accepts. */
export interface PictureSpec {
  layer: PictureLayer;
  /** The payload type of each codec that may be sent; one at least. */
  payloadTypes: Partial<Record<PictureCodec, number>>;
  /** The host's SSRC for what it sends, or the server's for what it sends to a listener. */
  ssrc: number;
}

/** A browser whose offer was answered: all that a media thread needs to connect it. */
export interface PeerSpec {
  id: PeerId;
  /**
   * Counts answered offers, above all the machines at which the host has been. A broadcast's publisher with a
   * greater number has replaced those with smaller ones.
   */
  number: number;
  broadcast: BroadcastId;
  role: "publish" | "subscribe";
  /** The server's ICE credentials for this peer. */
  ufrag: string;
  password: string;
  /** The browser's ICE username fragment, from its offer. */
  remoteUfrag: string;
  /** The browser's ICE password, from its offer. It signs the server's binding requests. */
  remotePassword: string;
  /** From the offer. The browser's certificate must match one of them. */
  fingerprints: readonly Fingerprint[];
  payloadType: number;
  /** The server's SSRC for what it sends to this peer. */
  ssrc: number;
  /** Most media accepted from a publisher, bytes per second. */
  rateMax: number;
  /** The layers of the picture that the peer sends or receives. */
  pictures: readonly PictureSpec[];
  /** Most pictures accepted from a publisher, bytes per second. */
  pictureRateMax: number;
  /** Id of the header extension by which a publisher's packets are numbered for congestion control. */
  transportFeedback: number | undefined;
}

/** Protocol of a datagram, by its first byte (RFC 7983 §7). Media is SRTP or SRTCP. */
export type DatagramKind = "stun" | "dtls" | "media";

/** A datagram that has reached another thread than the one that its peer is assigned to. */
export interface MisdeliveredDatagram {
  peer: PeerId;
  kind: DatagramKind;
  data: Uint8Array;
  /** Source address. */
  address: string;
  port: number;
}

/** A listener's reception, from its last RTCP receiver report. */
export interface SubscriberStats {
  /** Fraction of packets lost since the report before, 0 to 1 (RFC 3550 §6.4.1). */
  loss: number;
  /** Interarrival jitter in ms. */
  jitterMs: number;
  /** Round-trip time in ms; null until a report refers to one of the server's sender reports. */
  roundTripMs: number | null;
}
