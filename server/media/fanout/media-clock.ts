import { type MediaClockReading, mediaMsBetween, RTP_PER_MS } from "../../protocol/timing.ts";

/** The earliest arrivals of this many ms count, so that a stall of the host's network does not. */
const WINDOW_MS = 10_000;
const SLICE_MS = 500;
/** At first the mapping falls at once to every earlier arrival; later it glides, in ms a ms. */
const SETTLING_MS = 2_000;
const PACE = 0.005;
/** Further away than this is no drift and no network, but a host whose clock stood still. */
const LOST_MS = 500;

/** The origin moves on before timestamps, which wrap round after a day, lose their relation to it. */
const ORIGIN_KEPT_MS = 3_600_000;

/** Pages are told of a move of this many ms, and not more often than this. */
const MOVE_MS = 0.5;
const TELL_INTERVAL_MS = 250;

/** Where a broadcast's time has moved to, in what the host sends and in what listeners get. */
export interface MediaClocks {
  host: MediaClockReading;
  listeners: MediaClockReading;
}

/**
 * The mapping from RTP time to the wall clock, from when packets arrive. Queues and bursts only ever
 * delay a packet, so the mapping follows the earliest arrivals: a constant for a perfect host, slowly
 * moving for one whose sound card runs a little fast or slow.
 */
export class MediaClock {
  /** The smallest delay of each slice of the window, oldest first; relative to `#origin`. */
  readonly #slices: { start: number; least: number }[] = [];
  #origin: { timestamp: number; at: number } | undefined;
  /** What is added to the origin's mapping, ms. */
  #offset = 0;
  #settledAt = 0;
  #movedAt = 0;
  #told: { offset: number; at: number } | undefined;

  /** @param at the arrival, in ms of the wall clock */
  take(timestamp: number, at: number): void {
    if (!this.#origin) this.#begin(timestamp, at);
    const delay = this.#delay(timestamp, at);
    const slice = this.#slices.at(-1);
    if (slice && at - slice.start < SLICE_MS) slice.least = Math.min(slice.least, delay);
    else this.#slices.push({ start: at, least: delay });
    while (at - this.#slices[0]!.start > WINDOW_MS) this.#slices.shift();
    this.#follow(Math.min(...this.#slices.map(({ least }) => least)), at);
  }

  /** What follows is another stream of the host, spliced on where {@link timestampAt} said. */
  restart(at: number): void {
    this.#slices.length = 0;
    this.#settledAt = at + SETTLING_MS;
    this.#told = undefined;
  }

  /** The RTP time that belongs to a time of the wall clock, or undefined before the first packet. */
  timestampAt(time: number): number | undefined {
    if (!this.#origin) return;
    return (this.#origin.timestamp + Math.round((time - this.#origin.at - this.#offset) * RTP_PER_MS)) >>> 0;
  }

  /** The mapping, if pages should be told of it now. */
  takeNews(at: number): MediaClockReading | undefined {
    if (!this.#origin) return;
    if (this.#told) {
      if (Math.abs(this.#offset - this.#told.offset) < MOVE_MS) return;
      if (at - this.#told.at < TELL_INTERVAL_MS) return;
    }
    this.#told = { offset: this.#offset, at };
    return { timestamp: this.timestampAt(at)!, at };
  }

  #begin(timestamp: number, at: number): void {
    this.#origin = { timestamp, at };
    this.#settledAt = at + SETTLING_MS;
    this.#movedAt = at;
  }

  #delay(timestamp: number, at: number): number {
    const origin = this.#origin!;
    const since = mediaMsBetween(origin.timestamp, timestamp);
    const delay = at - origin.at - since;
    if (since > ORIGIN_KEPT_MS) this.#origin = { timestamp, at: origin.at + since };
    return delay;
  }

  #follow(least: number, at: number): void {
    const step = (at - this.#movedAt) * PACE;
    this.#movedAt = at;
    const away = least - this.#offset;
    const settling = at < this.#settledAt && away < 0;
    if (settling || Math.abs(away) > LOST_MS) this.#offset = least;
    else this.#offset += Math.min(Math.max(away, -step), step);
  }
}
