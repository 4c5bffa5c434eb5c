import { delayAt, FLASH_ON_MS, FLASH_PERIOD_MS, FLASH_TEST_MS, type Timing } from "#protocol/timing.ts";
import type { WallClock } from "../shared/clock.ts";
import type { MediaTime } from "./media-time.ts";

/** What the wall's clock and the room say about a moment on this screen. */
export class WallTime {
  readonly #clock: WallClock;
  readonly #media: MediaTime;
  timing: Timing | undefined;
  /**
   * How much later than the others this screen paints, in ms: for displays that are quicker or slower than
   * most.
   */
  trim = 0;
  #flashing: number | undefined;

  constructor(clock: WallClock, media: MediaTime) {
    this.#clock = clock;
    this.#media = media;
  }

  /** How far the clock may be off, in ms; undefined before it is known. */
  get error(): number | undefined {
    return this.#clock.error;
  }

  /** To the server and back, in ms; 0 before it is known. */
  get roundTrip(): number {
    return this.#clock.roundTrip ?? 0;
  }

  /** The wall clock as this screen keeps it, in ms; undefined before it is known. */
  at(now: number): number | undefined {
    const wall = this.#clock.at(now);
    return wall === undefined ? undefined : wall - this.trim;
  }

  /** Media time that is on the way here now, in ms; undefined before the server's time is known. */
  sent(now: number): number | undefined {
    const wall = this.#clock.at(now);
    if (wall === undefined || !this.timing?.clock || !this.#media.known) return;
    const { timestamp, at } = this.timing.clock;
    return this.#media.mediaOf(timestamp) + wall - this.trim - at;
  }

  /** The wall delay now, in ms. */
  delay(now: number): number {
    const wall = this.#clock.at(now);
    return this.timing && wall !== undefined ? delayAt(this.timing.delay, wall) : 0;
  }

  /** Begins a flash test at a time of the wall clock. */
  flashTest(at: number): void {
    this.#flashing = at;
  }

  /** Light or dark, while a flash test goes on. */
  flash(now: number): boolean | undefined {
    const wall = this.#clock.at(now);
    if (this.#flashing === undefined || wall === undefined) return;
    const since = wall - this.trim - this.#flashing;
    if (since >= FLASH_TEST_MS) this.#flashing = undefined;
    else return since >= 0 && since % FLASH_PERIOD_MS < FLASH_ON_MS;
  }
}
