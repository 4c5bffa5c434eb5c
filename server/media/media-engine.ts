import type { EventEmitter } from "node:events";
import type { TimedFrame } from "../protocol/frames.ts";
import type { MediaClockReading } from "../protocol/timing.ts";
import type { RelayCounts } from "../relay/bridge.ts";
import type { Counts } from "./counters.ts";
import type { MediaClocks } from "./fanout/media-clock.ts";
import type { BroadcastId, PeerId, PictureCodec, PictureLayer, RelayWay, SubscriberStats } from "./model.ts";

export interface EngineEvents {
  /** The peer's keys are agreed and media flows. */
  "peer-connected": [broadcast: BroadcastId, peer: PeerId];
  /** The peer is closed and freed, also after `closePeer`. `reason` is a short phrase for logs. */
  "peer-closed": [broadcast: BroadcastId, peer: PeerId, reason: string];
  /** A broadcast's media clock is known, or has moved. */
  "media-clock": [broadcast: BroadcastId, clocks: MediaClocks];
  /** A broadcast's host has begun to send pictures, in this codec, or sends none any more. */
  pictures: [broadcast: BroadcastId, pictures: { codec: PictureCodec } | undefined];
  /**
   * The time of a layer's pictures is known, or has moved: the picture with this RTP time, as listeners
   * receive it, was taken when the sound was that the media clock places at `at`.
   */
  "picture-clock": [broadcast: BroadcastId, layer: PictureLayer, reading: MediaClockReading];
  /** A listener here needs a key frame. For other machines: the host may be at one of them. */
  "keyframe-wanted": [broadcast: BroadcastId, layer: PictureLayer];
  /** Encoded frames of a broadcast that is tapped, in order. */
  frames: [broadcast: BroadcastId, frames: readonly TimedFrame[]];
  /** A media thread's counts since its last report; about once a second for each thread. */
  counted: [counts: Counts];
  /** The same of the thread that carries broadcasts between machines. */
  relayed: [counts: RelayCounts];
  /** A thread has ended or hangs; the message names it. The server cannot continue. */
  failed: [error: Error];
  /** The engine has begun to close. */
  closed: [];
}

/** A browser's offer. */
export interface Offering {
  /** SDP. */
  offer: string;
  /** The server's addresses that its page has reached: the best candidates. */
  reached?: readonly string[];
  /** Whether its page comes from the internet. Then addresses of private networks are no candidates. */
  isOutside?: boolean;
  /** Whether it is declined to send or receive pictures. */
  isWithoutPictures?: boolean;
}

/**
 * The media side of the server, as rooms see it. It answers offers at once, without waiting for the network,
 * and emits events for everything after that.
 */
export interface MediaEngine extends EventEmitter<EngineEvents> {
  /** The UDP port that is bound. */
  readonly port: number;
  /** Name of a thread that has been silent for a few seconds; undefined if all work. */
  readonly silentThread: string | undefined;
  /** Number of peers whose offers were answered and that are not connected yet. */
  readonly connecting: number;
  /**
   * Answers the host's offer. A broadcast has one publisher: an earlier one is closed, and subscribers
   * continue to receive one stream.
   * @param packetTimeMs length of the packets that the answer asks the host for
   * @param generation counts the machines at which the host has been; a publisher of a greater one replaces
   * those of smaller ones. 0 where there is one machine.
   * @throws LightwallError `offer-invalid` | `offer-no-audio`
   */
  publish(
    broadcast: BroadcastId,
    offering: Offering,
    packetTimeMs: number,
    generation?: number,
  ): { peer: PeerId; answer: string };
  /**
   * Answers a listener's offer. The broadcast need not have a publisher yet.
   * @throws LightwallError `offer-invalid` | `offer-no-audio` | `offer-sends`
   */
  subscribe(broadcast: BroadcastId, offering: Offering): { peer: PeerId; answer: string };
  /**
   * Closes one peer. Ignores unknown ones.
   * @param notify whether the peer is told at once, over its media connection
   */
  closePeer(peer: PeerId, reason: string, notify?: boolean): void;
  /** Closes a broadcast and all of its peers. */
  closeBroadcast(broadcast: BroadcastId): void;
  /** Emits `frames` for a broadcast from now on: first those of the last seconds, then all. */
  tap(broadcast: BroadcastId): void;
  /** Emits no more `frames` for it. */
  untap(broadcast: BroadcastId): void;
  /** Requests a key frame of a layer from the host, if it is here: a listener elsewhere needs one. */
  requestKeyframe(broadcast: BroadcastId, layer: PictureLayer): void;
  /** Sends a broadcast to other machines, or receives it from there. Ignored where there is one machine. */
  relay(broadcast: BroadcastId, way: RelayWay): void;
  /** A subscriber's latest figures; undefined before its first report. */
  stats(peer: PeerId): SubscriberStats | undefined;
  /** Closes all peers, the UDP port and the threads; idempotent. */
  close(): Promise<void>;
}
