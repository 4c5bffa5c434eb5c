import type { MediaClocks } from "../media/fanout/media-clock.ts";
import type { MediaEngine } from "../media/media-engine.ts";
import type { PeerId } from "../media/model.ts";
import type { TimedFrame } from "../protocol/frames.ts";
import type { SocketMedia } from "./socket-media.ts";
import type { RoomTiming } from "./timing.ts";

/** The media of a room's listeners at this node. */
interface RoomMedia {
  readonly socketMedia: Pick<SocketMedia, "take">;
  handlePeerConnected(peer: PeerId): void;
  handlePeerClosed(peer: PeerId, reason: string): void;
}

export interface EngineEventsOptions {
  readonly engine: MediaEngine;
  /** The media of a room, whichever node keeps it; undefined if nobody of it is here. */
  readonly mediaOf: (code: string) => RoomMedia | undefined;
  /** The timing of a room that this node keeps. */
  readonly timingOf: (code: string) => Pick<RoomTiming, "setMediaClocks"> | undefined;
  /** A time of this machine's clock, which the engine reads, as one of the wall clock; ms. */
  readonly toWallClock: (time: number) => number;
}

/** Passes the engine's events on to the rooms that they concern. @returns ends it */
export function passEngineEvents(options: EngineEventsOptions): () => void {
  const { engine, mediaOf, timingOf, toWallClock } = options;
  const connected = (code: string, peer: PeerId) => mediaOf(code)?.handlePeerConnected(peer);
  const closed = (code: string, peer: PeerId, reason: string) =>
    mediaOf(code)?.handlePeerClosed(peer, reason);
  const frames = (code: string, taken: readonly TimedFrame[]) => mediaOf(code)?.socketMedia.take(taken);
  const clocks = (code: string, { host, listeners }: MediaClocks) => {
    const at = toWallClock(host.at);
    timingOf(code)?.setMediaClocks({ host: { ...host, at }, listeners: { ...listeners, at } });
  };
  engine.on("peer-connected", connected);
  engine.on("peer-closed", closed);
  engine.on("frames", frames);
  engine.on("media-clock", clocks);
  return () => {
    engine.off("peer-connected", connected);
    engine.off("peer-closed", closed);
    engine.off("frames", frames);
    engine.off("media-clock", clocks);
  };
}
