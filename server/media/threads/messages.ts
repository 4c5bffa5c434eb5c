import type { MessagePort } from "node:worker_threads";
import type { Counts } from "../counters.ts";
import type { MediaClocks } from "../fanout/media-clock.ts";
import type { BroadcastId, Fingerprint, PeerId, PeerSpec, StrayDatagram, SubscriberStats } from "../model.ts";
import type { HandshakeKeys } from "../secure/handshake.ts";

export interface ThreadOptions {
  host: string;
  port: number;
  /** Name of the relay between the server's threads; undefined where there is one thread. */
  relay: string | undefined;
}

/** What the main thread tells a media thread. */
export type ThreadCommand =
  | { type: "expect"; spec: PeerSpec }
  /** The peer that the thread has claimed lives there. */
  | { type: "here"; peer: PeerId }
  /** The peer lives in another thread. */
  | { type: "elsewhere"; peer: PeerId }
  | { type: "stray"; stray: StrayDatagram }
  /** The peer, which lives in another thread, receives at this address. */
  | { type: "proven"; peer: PeerId; key: string }
  | { type: "close-peer"; peer: PeerId; reason: string }
  | { type: "close-broadcast"; broadcast: BroadcastId }
  | { type: "close" };

/** What a media thread tells the main thread. */
export type ThreadEvent =
  | { type: "listening"; port: number }
  | { type: "failed"; message: string; code: string | undefined }
  /** The peer's first authentic check has come here: unless another thread was faster, it lives here. */
  | { type: "claimed"; peer: PeerId }
  | { type: "stray"; stray: StrayDatagram }
  /** A peer of this thread has proven that it receives at an address whose datagrams come to another. */
  | { type: "proven"; peer: PeerId; key: string }
  | { type: "peer-connected"; peer: PeerId }
  | { type: "peer-closed"; peer: PeerId; reason: string }
  | { type: "stats"; stats: [peer: PeerId, stats: SubscriberStats][] }
  | { type: "media-clock"; broadcast: BroadcastId; clocks: MediaClocks }
  | { type: "counted"; counts: Counts }
  | { type: "dropped"; way: Way; count: number; last: string };

/**
 * Datagrams are dropped on the way in because they are malformed, on the way out because the system refuses.
 */
export type Way = "in" | "out";

/** The server's certificate, one for all peers, and its P-256 key, both in PEM. */
export interface DtlsCertificate {
  certPem: string;
  keyPem: string;
}

/** What the thread is told: the port of a media thread, or to end when those it has are closed. */
export type HandshakeWorkerCommand = MessagePort | "close";

/** What a media thread tells the handshake thread. Buffers arrive as plain bytes. */
export type HandshakeCommand =
  | { type: "start"; peer: PeerId; fingerprints: readonly Fingerprint[] }
  /** Answered with `ready` when all have been looked at. */
  | { type: "datagrams"; datagrams: { peer: PeerId; datagram: Uint8Array }[] }
  | { type: "end"; peer: PeerId };

/** What the handshake thread tells a media thread. */
export type HandshakeEvent =
  | { type: "datagram"; peer: PeerId; datagram: Uint8Array }
  | { type: "done"; peer: PeerId; keys: HandshakeKeys }
  | { type: "ended"; peer: PeerId; reason: string }
  | { type: "ready" };

/** Buffers arrive from another thread as plain bytes. */
export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
