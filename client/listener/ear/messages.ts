import type { TimedFrame } from "#protocol/frames.ts";
import type { FrameStreams } from "../../shared/encoded-frames.ts";
import type { DecodedFrame } from "./decoder.ts";
import type { Gap } from "./frame-order.ts";
import type { Arrival, Heard, Pace } from "./pipeline.ts";

/**
 * What the page asks of the ear's worker. Times are ms since 1970, as page and worker count from own starts.
 */
export type EarCommand =
  /** The encoded frames of a connection, where the browser does not give them to the worker itself. */
  | { type: "streams"; streams: FrameStreams }
  /** Frames that came over the WebSocket. */
  | { type: "frames"; frames: readonly TimedFrame[] }
  | { type: "pace"; pace: Pace }
  /** Whether decoded sound is wanted too. */
  | { type: "sound"; isWanted: boolean };

/** What the ear's worker reports to the page. */
export type EarEvent =
  | { type: "heard"; heard: readonly Heard[]; beats: readonly number[] }
  | { type: "arrival"; arrival: Arrival }
  | { type: "missing"; gaps: readonly Gap[] }
  | { type: "sound"; sound: DecodedFrame }
  /** Nothing can be decoded here. */
  | { type: "failed"; message: string };
