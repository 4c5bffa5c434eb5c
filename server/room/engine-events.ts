import type { MediaClocks } from "../media/fanout/media-clock.ts";
import type { MediaEngine } from "../media/media-engine.ts";
import type { BroadcastId, PeerId, PictureLayer } from "../media/model.ts";
import type { TimedFrame } from "../protocol/frames.ts";
import type { MediaClockReading } from "../protocol/timing.ts";
import type { SocketMedia } from "./socket-media.ts";
import { roomOf } from "./stage.ts";
import type { RoomTiming } from "./timing.ts";

/** The media of a room's listeners at this node. */
interface RoomMedia {
  readonly socketMedia: Pick<SocketMedia, "take">;
  handlePeerConnected(peer: PeerId): void;
  handlePeerClosed(peer: PeerId, reason: string): void;
}

/** What keeps a room's media clocks. */
type MediaTiming = Pick<RoomTiming, "setMediaClocks" | "setPictureClock" | "forgetPictureClocks">;

export interface EngineEventsOptions {
  readonly engine: MediaEngine;
  /** The media of a room, whichever node keeps it; undefined if nobody of it is here. */
  readonly mediaOf: (code: string) => RoomMedia | undefined;
  /** The timing of a room that this node keeps. */
  readonly timingOf: (code: string) => MediaTiming | undefined;
  /** A time of this machine's clock, which the engine reads, as one of the wall clock; ms. */
  readonly toWallClock: (time: number) => number;
}

/** Passes the engine's events on to the rooms that they concern. @returns ends it */
export function passEngineEvents(options: EngineEventsOptions): () => void {
  const { engine, mediaOf, timingOf, toWallClock } = options;
  const connected = (broadcast: BroadcastId, peer: PeerId) =>
    mediaOf(roomOf(broadcast))?.handlePeerConnected(peer);
  const closed = (broadcast: BroadcastId, peer: PeerId, reason: string) =>
    mediaOf(roomOf(broadcast))?.handlePeerClosed(peer, reason);
  const frames = (code: string, taken: readonly TimedFrame[]) => mediaOf(code)?.socketMedia.take(taken);
  const clocks = (code: string, { host, listeners }: MediaClocks) => {
    const at = toWallClock(host.at);
    timingOf(code)?.setMediaClocks({ host: { ...host, at }, listeners: { ...listeners, at } });
  };
  const pictureClock = (code: string, layer: PictureLayer, { timestamp, at }: MediaClockReading) =>
    timingOf(code)?.setPictureClock(layer, { timestamp, at: toWallClock(at) });
  const pictures = (code: string, come: unknown) => {
    if (!come) timingOf(code)?.forgetPictureClocks();
  };
  engine.on("peer-connected", connected);
  engine.on("peer-closed", closed);
  engine.on("frames", frames);
  engine.on("media-clock", clocks);
  engine.on("picture-clock", pictureClock);
  engine.on("pictures", pictures);
  return () => {
    engine.off("peer-connected", connected);
    engine.off("peer-closed", closed);
    engine.off("frames", frames);
    engine.off("media-clock", clocks);
    engine.off("picture-clock", pictureClock);
    engine.off("pictures", pictures);
  };
}
