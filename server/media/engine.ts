import type { EventEmitter } from "node:events";

/** Names a broadcast inside the engine; rooms use their code. */
export type BroadcastId = string;
/** Names a peer inside the engine, for as long as it lives. */
export type PeerId = string;

/** How one listener receives, by its last RTCP receiver report. */
export interface SubscriberStats {
  /** Share of packets lost since the report before, 0..1 (RFC 3550 §6.4.1). */
  loss: number;
  /** Interarrival jitter in ms. */
  jitterMs: number;
  /** Round-trip time in ms, or null before the first report that answers a sender report. */
  roundTripMs: number | null;
}

export interface EngineEvents {
  /** The peer's DTLS is up and media flows. */
  "peer-connected": [peer: PeerId];
  /** The peer is gone and freed; also after `closePeer`. `reason` is one short word group for logs. */
  "peer-closed": [peer: PeerId, reason: string];
}

/**
 * The media side of the server as rooms see it. Offers are read and answered at once, without
 * waiting for the network; everything after that is told by events.
 */
export interface MediaEngine extends EventEmitter<EngineEvents> {
  /**
   * Answers the host's offer. A broadcast has one publisher: an earlier one is closed, and what
   * subscribers receive goes on in one continuous stream.
   * @throws LightwallError `offer-invalid` | `offer-no-audio`
   */
  publish(broadcast: BroadcastId, offer: string): { peer: PeerId; answer: string };
  /**
   * Answers a listener's offer. The broadcast need not have a publisher yet.
   * @throws LightwallError `offer-invalid` | `offer-no-audio` | `offer-sends`
   */
  subscribe(broadcast: BroadcastId, offer: string): { peer: PeerId; answer: string };
  /** Closes one peer and frees it. Unknown peers are ignored. */
  closePeer(peer: PeerId, reason: string): void;
  /** Closes every peer of a broadcast and forgets it. */
  closeBroadcast(broadcast: BroadcastId): void;
  /** The last known figures of one subscriber, or undefined before its first report. */
  stats(peer: PeerId): SubscriberStats | undefined;
  /** Closes all peers and the UDP port. */
  close(): Promise<void>;
}
