import { type MediaClockReading, RTP_PER_MS } from "../../protocol/timing.ts";

/**
 * The mapping follows the earliest arrival of this many ms, so that a stall of the host's network does not
 * move it.
 */
const WINDOW_MS = 10_000;
/** The window is kept as slices of this many ms, each with its smallest delay. */
const SLICE_MS = 500;
/** For this many ms after a stream's start, an earlier arrival moves the mapping at once. */
const SETTLING_MS = 2_000;
/** After that the mapping moves by this share of the time that passes, at most: 5 ms a second. */
const GLIDE_RATIO = 0.005;
/**
 * An offset that is this many ms away is neither drift nor network delay: the host's clock stood still. The
 * mapping jumps.
 */
const JUMP_MS = 500;

/**
 * After this many ms of media the origin moves on. Timestamps wrap after a day; a much older origin could not
 * be compared with them.
 */
const ORIGIN_LIFETIME_MS = 3_600_000;

/** The offset must have moved by this many ms before it is reported again. */
const REPORT_CHANGE_MS = 0.5;
/** Shortest time between two reports, ms. */
const REPORT_INTERVAL_MS = 250;

/**
 * A reading of a broadcast's media clock, in the RTP time of the host's stream and of the listeners' stream.
 */
export interface MediaClocks {
  host: MediaClockReading;
  listeners: MediaClockReading;
}

/**
 * Maps RTP time to the wall clock, from the arrival times of packets. Queues and bursts can only delay a
 * packet, so the mapping follows the earliest arrivals. It is constant for a perfect host, and moves slowly
 * for a host whose sound card runs a little fast or slow.
 */
export class MediaClock {
  /** The smallest delay of each slice of the window, oldest first; relative to `#origin`. */
  readonly #slices: { start: number; minimum: number }[] = [];
  #origin: { timestamp: number; at: number } | undefined;
  /** Added to the wall-clock time that follows from the origin, ms. */
  #offset = 0;
  #settledAt = 0;
  #movedAt = 0;
  #reported: { offset: number; at: number } | undefined;
  readonly #rtpPerMs: number;

  /** @param rtpPerMs units of RTP time in one ms */
  constructor(rtpPerMs = RTP_PER_MS) {
    this.#rtpPerMs = rtpPerMs;
  }

  /**
   * Takes the arrival of one packet into account.
   * @param timestamp RTP time of the packet
   * @param at arrival, ms of the wall clock
   */
  addArrival(timestamp: number, at: number): void {
    if (!this.#origin) this.#begin(timestamp, at);
    const delay = this.#delay(timestamp, at);
    const slice = this.#slices.at(-1);
    if (slice && at - slice.start < SLICE_MS) slice.minimum = Math.min(slice.minimum, delay);
    else this.#slices.push({ start: at, minimum: delay });
    while (at - this.#slices[0]!.start > WINDOW_MS) this.#slices.shift();
    this.#follow(Math.min(...this.#slices.map(({ minimum }) => minimum)), at);
  }

  /** Another stream begins, spliced on at the time that {@link timestampAt} gave. The mapping is kept. */
  restart(at: number): void {
    this.#slices.length = 0;
    this.#settledAt = at + SETTLING_MS;
    this.#reported = undefined;
  }

  /** The RTP time that belongs to a time of the wall clock (ms), or undefined before the first packet. */
  timestampAt(time: number): number | undefined {
    if (!this.#origin) return;
    return (
      (this.#origin.timestamp + Math.round((time - this.#origin.at - this.#offset) * this.#rtpPerMs)) >>> 0
    );
  }

  /** The time of the wall clock (ms) that belongs to an RTP time, or undefined before the first packet. */
  timeAt(timestamp: number): number | undefined {
    if (!this.#origin) return;
    return this.#origin.at + this.#offset + this.#mediaMs(this.#origin.timestamp, timestamp);
  }

  /** A reading of the clock if one is due: at a stream's first packet, and after the mapping has moved. */
  takeReading(at: number): MediaClockReading | undefined {
    if (!this.#origin) return;
    if (this.#reported) {
      if (Math.abs(this.#offset - this.#reported.offset) < REPORT_CHANGE_MS) return;
      if (at - this.#reported.at < REPORT_INTERVAL_MS) return;
    }
    this.#reported = { offset: this.#offset, at };
    return { timestamp: this.timestampAt(at)!, at };
  }

  #begin(timestamp: number, at: number): void {
    this.#origin = { timestamp, at };
    this.#settledAt = at + SETTLING_MS;
    this.#movedAt = at;
  }

  #delay(timestamp: number, at: number): number {
    const origin = this.#origin!;
    const mediaMs = this.#mediaMs(origin.timestamp, timestamp);
    const delay = at - origin.at - mediaMs;
    if (mediaMs > ORIGIN_LIFETIME_MS) this.#origin = { timestamp, at: origin.at + mediaMs };
    return delay;
  }

  /** Time between two RTP timestamps, within half of the time after which they wrap, ms. */
  #mediaMs(from: number, to: number): number {
    return ((to - from) | 0) / this.#rtpPerMs;
  }

  #follow(minimum: number, at: number): void {
    const step = (at - this.#movedAt) * GLIDE_RATIO;
    this.#movedAt = at;
    const distance = minimum - this.#offset;
    const isSettling = at < this.#settledAt && distance < 0;
    if (isSettling || Math.abs(distance) > JUMP_MS) this.#offset = minimum;
    else this.#offset += Math.min(Math.max(distance, -step), step);
  }
}
