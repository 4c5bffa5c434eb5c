/** RTP units of Opus in a ms (RFC 7587 §4.1). */
export const RTP_PER_MS = 48;

/** What the host may set the wall delay to, in ms. */
export const DELAY_MIN_MS = 60;
export const DELAY_MAX_MS = 2_000;

/** A flash test: white for the first part of every second of the wall clock, black for the rest of it. */
export const FLASH_TEST_MS = 20_000;
export const FLASH_PERIOD_MS = 1_000;
export const FLASH_ON_MS = 100;

/** Ties RTP time to the wall clock: what bears `timestamp` reached the server, at its earliest, at `at`. */
export interface MediaClockReading {
  /** RTP time as the page itself sends or receives it. */
  timestamp: number;
  /** Wall clock, ms. */
  at: number;
}

/**
 * The wall delay as a function of the wall clock: `from` until `at`, then evenly to `to`, reached at `until`.
 */
export interface WallDelay {
  from: number;
  to: number;
  at: number;
  until: number;
  /** Follows what screens need; otherwise set by the host. */
  auto: boolean;
}

/** All that a screen must know, beside the wall clock, to paint in time. */
export interface Timing {
  delay: WallDelay;
  /** None before the first packet of the broadcast. */
  clock?: MediaClockReading;
}

/** The wall delay at a time of the wall clock, in ms: the same on every screen, also while it moves. */
export function delayAt({ from, to, at, until }: WallDelay, wall: number): number {
  if (wall >= until) return to;
  return wall <= at ? from : from + ((to - from) * (wall - at)) / (until - at);
}

/** Ms from one RTP time to another, at most half a day either way: timestamps wrap round after a day. */
export function mediaMsBetween(from: number, to: number): number {
  return ((to - from) | 0) / RTP_PER_MS;
}
