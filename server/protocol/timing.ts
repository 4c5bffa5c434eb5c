/** RTP timestamp units of Opus in one ms (RFC 7587 §4.1). */
export const RTP_PER_MS = 48;
/** RTP timestamp units of a picture in one ms (RFC 7741 §4.1, RFC 6184 §5.1). */
export const PICTURE_RTP_PER_MS = 90;

/** Least wall delay. */
export const DELAY_MIN_MS = 60;
/** Greatest wall delay. */
export const DELAY_MAX_MS = 2_000;
/** Most pictures a second that a screen reports to paint. */
export const PAINT_RATE_MAX = 1_000;

/**
 * Length of a flash test. Screens are white for the first {@link FLASH_ON_MS} of every
 * {@link FLASH_PERIOD_MS} of the server's clock, and black for the rest.
 */
export const FLASH_TEST_MS = 20_000;
/** Time between two flashes of a flash test. */
export const FLASH_PERIOD_MS = 1_000;
/** Length of one flash of a flash test. */
export const FLASH_ON_MS = 100;

/** Relates RTP time to the server's clock: the packet with `timestamp` arrived at `at` at the earliest. */
export interface MediaClockReading {
  /** RTP timestamp, as the page itself sends or receives it. */
  timestamp: number;
  /** The server's clock, ms. */
  at: number;
}

/**
 * The wall delay as a function of the server's clock: `from` before the time `at`, `to` after the time
 * `until`, and linear in between.
 */
export interface WallDelay {
  from: number;
  to: number;
  at: number;
  until: number;
  /** True if the delay follows the needs of the screens; false if the host has set it. */
  auto: boolean;
}

/** What a screen needs to paint in time, besides the server's clock. */
export interface Timing {
  delay: WallDelay;
  /** Missing before the first packet of the broadcast. */
  clock?: MediaClockReading;
  /**
   * The clock of each layer of the picture that comes, in units of {@link PICTURE_RTP_PER_MS}. A picture is
   * painted at the same wall time as the sound that was made with it. Missing while no picture comes.
   */
  pictures?: { high?: MediaClockReading; low?: MediaClockReading };
}

/** The wall delay at a time of the server's clock, ms. Equal on all screens, even while it changes. */
export function delayAt({ from, to, at, until }: WallDelay, time: number): number {
  if (time >= until) return to;
  return time <= at ? from : from + ((to - from) * (time - at)) / (until - at);
}

/**
 * Time from one RTP timestamp to another, ms. Timestamps wrap after 24.9 hours; the result is within half of
 * that in either direction.
 */
export function mediaMsBetween(from: number, to: number): number {
  return ((to - from) | 0) / RTP_PER_MS;
}
