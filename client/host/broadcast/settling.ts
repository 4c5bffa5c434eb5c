import type { ScreenSeen } from "#protocol/wall.ts";

/**
 * How long after a change of a screen what the server says of it may be older than that change, ms: a message
 * there and back, and the time in which the server gathers changes.
 */
export const SETTLE_MS = 1_000;

/** A screen that was changed here a short time ago. */
export interface Settling {
  readonly timer: ReturnType<typeof setTimeout>;
  /** As the server has said last since the change. */
  received?: ScreenSeen;
}
