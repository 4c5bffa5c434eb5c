import type { MessagePort } from "node:worker_threads";
import type { TimedFrame } from "../../protocol/frames.ts";
import type { MediaClockReading } from "../../protocol/timing.ts";
import type { RelayCounts } from "../../relay/bridge.ts";
import type { NatsOptions } from "../../relay/nats.ts";
import type { Counts } from "../counters.ts";
import type { MediaClocks } from "../fanout/media-clock.ts";
import type {
  BroadcastId,
  Fingerprint,
  MisdeliveredDatagram,
  PeerId,
  PeerSpec,
  PictureCodec,
  PictureLayer,
  RelayWay,
  SubscriberStats,
} from "../model.ts";
import type { HandshakeKeys } from "../secure/handshake.ts";

/** What a worker thread is started with. */
export type WorkerData =
  /** `handshakes` leads to the handshake thread. */
  | ({ kind: "media"; handshakes: MessagePort } & MediaThreadOptions)
  | { kind: "handshakes"; certificate: DtlsCertificate }
  | ({ kind: "relay" } & RelayThreadOptions);

export interface MediaThreadOptions {
  host: string;
  port: number;
  /** Whether other media threads receive on the same port. */
  shared: boolean;
  /** Name of the relay between the server's threads; undefined if there is no other thread to relay to. */
  relay: string | undefined;
}

/** What the thread needs that carries broadcasts between this machine and others. */
export interface RelayThreadOptions {
  /** Name of the relay between the server's threads. */
  local: string;
  nats: NatsOptions;
  /** What the nodes of the installation share: 32 bytes. */
  secret: Uint8Array;
}

/** From the main thread to the relay thread. */
export type RelayCommand =
  | { type: "relay"; broadcast: BroadcastId; way: RelayWay }
  | PicturesWanted
  | KeyframeWanted
  | { type: "close" };

/** The server's certificate, one for all peers, and its P-256 key, both in PEM. */
export interface DtlsCertificate {
  certPem: string;
  keyPem: string;
}

/** From the main thread to a media thread. */
export type MediaCommand =
  /** Goes to every media thread, because any of them may receive the peer's first check. */
  | { type: "expect"; spec: PeerSpec }
  /** The peer is assigned to this thread. */
  | { type: "assigned"; peer: PeerId }
  /** The peer is assigned to another thread. */
  | { type: "assigned-elsewhere"; peer: PeerId }
  /** A datagram for a peer of this thread, which another thread has received. */
  | { type: "misdelivered"; datagram: MisdeliveredDatagram }
  /** A peer of another thread has proven that it receives at this address. */
  | { type: "address-validated"; peer: PeerId; key: string }
  /** With `notify` the browser is told at once. */
  | { type: "close-peer"; peer: PeerId; reason: string; notify: boolean }
  /** Goes to one media thread, as all of them have every frame. */
  | { type: "tap"; broadcast: BroadcastId; isOpen: boolean }
  | KeyframeWanted
  | { type: "close-broadcast"; broadcast: BroadcastId }
  | { type: "close" };

/** A listener in another thread or machine than the publisher needs a key frame. */
export interface KeyframeWanted {
  type: "keyframe-wanted";
  broadcast: BroadcastId;
  layer: PictureLayer;
}

/** Listeners of a thread that has no publisher take pictures; repeated every two seconds while they do. */
export interface PicturesWanted {
  type: "pictures-wanted";
  broadcast: BroadcastId;
}

/** From a media thread to the main thread. */
export type MediaEvent =
  | { type: "listening"; port: number }
  | { type: "failed"; message: string; code: string | undefined }
  /**
   * The peer's first authentic check has arrived. The first thread that reports this is assigned the peer.
   */
  | { type: "first-check"; peer: PeerId }
  /** A datagram for a peer of another thread. */
  | { type: "misdelivered"; datagram: MisdeliveredDatagram }
  /** A peer of this thread has proven that it receives at an address whose datagrams reach another thread. */
  | { type: "address-validated"; peer: PeerId; key: string }
  | { type: "peer-connected"; peer: PeerId }
  | { type: "peer-closed"; peer: PeerId; reason: string }
  | { type: "stats"; stats: [peer: PeerId, stats: SubscriberStats][] }
  | { type: "media-clock"; broadcast: BroadcastId; clocks: MediaClocks }
  | PicturesWanted
  /** From the relay thread it is that of a listener at another machine. */
  | KeyframeWanted
  /** A publisher has begun to send pictures, or with `undefined` sends none any more. */
  | { type: "pictures"; broadcast: BroadcastId; publisher: number; codec: PictureCodec | undefined }
  | { type: "picture-clock"; broadcast: BroadcastId; layer: PictureLayer; reading: MediaClockReading }
  /** Of a broadcast that is tapped. */
  | { type: "frames"; broadcast: BroadcastId; frames: readonly TimedFrame[] }
  | { type: "counted"; counts: Counts }
  /** From the relay thread, about once a second. */
  | { type: "relayed"; counts: RelayCounts }
  | { type: "dropped"; direction: Direction; count: number; lastError: string };

/** Inbound datagrams are dropped when they are malformed, outbound ones when the system refuses them. */
export type Direction = "inbound" | "outbound";

/** From the main thread to the handshake thread: the port of a media thread to serve, or the order to end. */
export type HandshakeThreadCommand = MessagePort | "close";

/** From a media thread to the handshake thread. */
export type HandshakeCommand =
  | { type: "start"; peer: PeerId; fingerprints: readonly Fingerprint[] }
  /** Answered with `ready` when all of them are processed. */
  | { type: "datagrams"; datagrams: { peer: PeerId; datagram: Uint8Array }[] }
  | { type: "end"; peer: PeerId };

/** From the handshake thread to a media thread. */
export type HandshakeEvent =
  | { type: "datagram"; peer: PeerId; datagram: Uint8Array }
  | { type: "done"; peer: PeerId; keys: HandshakeKeys }
  | { type: "ended"; peer: PeerId; reason: string }
  | { type: "ready" };

/** Buffers of another thread arrive as plain byte arrays; this makes them buffers again, without a copy. */
export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
