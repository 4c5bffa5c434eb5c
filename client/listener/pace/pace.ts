import {
  delayAt,
  FLASH_ON_MS,
  FLASH_PERIOD_MS,
  FLASH_TEST_MS,
  mediaMsBetween,
  RTP_PER_MS,
  type Timing,
} from "#protocol/timing.ts";
import type { WallClock } from "../../shared/clock.ts";

/** When this screen paints which media time: the wall clock, the broadcast's time and the wall delay. */
export class Pace {
  readonly #clock: Pick<WallClock, "at" | "error">;
  timing: Timing | undefined;
  /** How much later than the others this screen paints, for displays quicker or slower than most, ms. */
  trim = 0;
  /** A media time of the ear, from which RTP times are counted on over their wraps, ms. */
  #heard: number | undefined;
  #flashesFrom: number | undefined;
  /** By how much this browser rounds times, ms. */
  rounding = 0;

  constructor(clock: Pick<WallClock, "at" | "error">) {
    this.#clock = clock;
  }

  /** How far the clock may be off, ms; undefined before it is known. */
  get error(): number | undefined {
    const { error } = this.#clock;
    return error && Math.max(error, this.rounding);
  }

  /** The wall clock, ms; undefined before it is known. */
  untrimmed(now: number): number | undefined {
    return this.#clock.at(now);
  }

  /** The wall clock as this screen keeps it, ms; undefined before it is known. */
  at(now: number): number | undefined {
    const wall = this.#clock.at(now);
    return wall === undefined ? undefined : wall - this.trim;
  }

  /** The ear has heard this media time, ms. */
  hear(media: number): void {
    this.#heard = media;
  }

  /** An RTP time as media time, which counts on over wraps from what the ear has, ms. */
  mediaOf(timestamp: number): number {
    if (this.#heard === undefined) return timestamp / RTP_PER_MS;
    const heard = Math.round(this.#heard * RTP_PER_MS) >>> 0;
    return this.#heard + mediaMsBetween(heard, timestamp);
  }

  /** Media time whose packet reaches the server now, ms; undefined before both clocks are known. */
  sent(now: number): number | undefined {
    const wall = this.at(now);
    if (wall === undefined || !this.timing?.clock || this.#heard === undefined) return;
    return this.mediaOf(this.timing.clock.timestamp) + wall - this.timing.clock.at;
  }

  /** Media time to be painted now, ms; undefined before both clocks are known. */
  due(now: number): number | undefined {
    const sent = this.sent(now);
    return sent === undefined ? undefined : sent - this.delay(now);
  }

  /** The wall delay now, ms. */
  delay(now: number): number {
    const wall = this.#clock.at(now);
    return this.timing && wall !== undefined ? delayAt(this.timing.delay, wall) : 0;
  }

  /** The time of `performance.now()` at which a media time is painted, by what is known at `now`; ms. */
  paintedAt(media: number, now: number): number | undefined {
    const due = this.due(now);
    return due === undefined ? undefined : now + media - due;
  }

  /** An RTP time and when it is painted, by `performance.now()`; undefined before both clocks are known. */
  reference(now: number): { timestamp: number; at: number } | undefined {
    const wall = this.at(now);
    if (wall === undefined || !this.timing?.clock) return;
    const { timestamp, at } = this.timing.clock;
    return { timestamp, at: now + at + this.delay(now) - wall };
  }

  /** Begins a flash test at a time of the wall clock, ms. */
  flashTest(at: number): void {
    this.#flashesFrom = at;
  }

  /** Light or dark while a flash test goes on; undefined otherwise. */
  flash(now: number): boolean | undefined {
    const wall = this.at(now);
    if (this.#flashesFrom === undefined || wall === undefined) return;
    const since = wall - this.#flashesFrom;
    if (since < FLASH_TEST_MS) return since >= 0 && since % FLASH_PERIOD_MS < FLASH_ON_MS;
    this.#flashesFrom = undefined;
    return;
  }
}
