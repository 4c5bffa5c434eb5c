import { follow } from "../light/level.ts";
import type { Timeline } from "./timeline.ts";

/**
 * Steps in which levels are smoothed: of media time, so that every screen takes the same, whatever its frame
 * rate.
 */
const STEP_MS = 4;
/** A longer way is not walked, but begun anew. */
const LONGEST_MS = 500;

/** The smoothed level by media time: the same on every screen that is at the same place. */
export class Smooth {
  #level = 0;
  #at = Number.NEGATIVE_INFINITY;

  /** The level to show at a media time that is not before the one asked for last. */
  at(timeline: Timeline, media: number): number {
    if (media - this.#at > LONGEST_MS || media < this.#at) {
      this.#at = Math.floor(media / STEP_MS) * STEP_MS;
      this.#level = timeline.at(this.#at);
    }
    while (this.#at + STEP_MS <= media) {
      this.#at += STEP_MS;
      this.#level = follow(this.#level, timeline.at(this.#at), STEP_MS / 1_000);
    }
    return follow(this.#level, timeline.at(media), (media - this.#at) / 1_000);
  }

  reset(): void {
    this.#at = Number.NEGATIVE_INFINITY;
  }
}
