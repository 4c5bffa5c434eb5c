import type { MediaClocks } from "../media/fanout/media-clock.ts";
import type { PictureLayer } from "../media/model.ts";
import type { Report, Role } from "../protocol/messages.ts";
import { type MediaClockReading, mediaMsBetween, type Timing } from "../protocol/timing.ts";
import type { Member } from "./member.ts";
import type { Seat, Seats } from "./seats.ts";
import { WallDelays } from "./wall-delay.ts";

/** Least time from the message of a flash test to its first flash. By then every screen has received it. */
const FLASH_NOTICE_MS = 1_000;

/** Least time between two updates of the delay that reports cause, in addition to those of `Room.tick`. */
const UPDATE_INTERVAL_MS = 200;

export interface RoomTimingOptions {
  readonly seats: Seats;
  /** Monotonic time, ms. */
  readonly now: () => number;
  /** Whether the host has switched a screen off. */
  readonly isOff: (screen: string) => boolean;
  /** What the screens at other nodes need, ms. */
  readonly farNeeds: () => readonly number[];
  /** The wall delay to begin with, ms; undefined for that of a new room. */
  readonly delayMs?: number | undefined;
  /** The wall delay that the host has set, ms; null or undefined if it follows the screens. */
  readonly fixedDelayMs?: number | null | undefined;
  /** The host has set the wall delay, or lets it follow the screens. */
  readonly delaySet: () => void;
}

/** A room's media clock and wall delay. Sends every change to all members. */
export class RoomTiming {
  readonly #seats: Seats;
  readonly #now: () => number;
  readonly #isOff: (screen: string) => boolean;
  readonly #farNeeds: () => readonly number[];
  readonly #delays: WallDelays;
  readonly #delaySet: () => void;
  #clocks: MediaClocks | undefined;
  #pictures: NonNullable<Timing["pictures"]> = {};
  #updatedAt = Number.NEGATIVE_INFINITY;

  constructor({ seats, now, isOff, farNeeds, delayMs, fixedDelayMs, delaySet }: RoomTimingOptions) {
    this.#isOff = isOff;
    this.#farNeeds = farNeeds;
    this.#seats = seats;
    this.#now = now;
    this.#delays = new WallDelays(now, delayMs, fixedDelayMs);
    this.#delaySet = delaySet;
  }

  /** The wall delay that holds now or soon, ms. */
  get delayMs(): number {
    return this.#delays.current.to;
  }

  /** The wall delay that the host has set, ms; null while it follows the screens. */
  get fixedDelayMs(): number | null {
    return this.#delays.fixedMs;
  }

  /** The timing for a role. The media clock uses the RTP timestamps of the stream that the role has. */
  of(role: Role): Timing {
    const clock: MediaClockReading | undefined = this.#clocks?.[role === "host" ? "host" : "listeners"];
    const pictures = role === "listener" && Object.keys(this.#pictures).length > 0 && this.#pictures;
    return { delay: this.#delays.current, ...(clock && { clock }), ...(pictures && { pictures }) };
  }

  /** An RTP time of the host's stream in that of the listeners; undefined before the first packet. */
  forListeners(timestamp: number): number | undefined {
    if (!this.#clocks) return;
    const { host, listeners } = this.#clocks;
    return (timestamp + listeners.timestamp - host.timestamp) >>> 0;
  }

  /** When screens show an RTP time of the host's stream, ms; undefined before the first packet. */
  shownAt(timestamp: number): number | undefined {
    if (!this.#clocks) return;
    const { host } = this.#clocks;
    return host.at + mediaMsBetween(host.timestamp, timestamp) + this.delayMs;
  }

  /** Takes the broadcast's clock from the engine. */
  setMediaClocks(clocks: MediaClocks): void {
    this.#clocks = clocks;
    this.#send();
  }

  /** Takes the clock of a layer of the picture from the engine. */
  setPictureClock(layer: PictureLayer, reading: MediaClockReading): void {
    this.#pictures = { ...this.#pictures, [layer]: reading };
    this.#send();
  }

  /** No picture comes any more. */
  forgetPictureClocks(): void {
    this.#pictures = {};
    this.#send();
  }

  /** Sets the host's choice of the wall delay, ms; null lets it follow the needs of the screens. */
  setDelay(delay: number | null): void {
    this.#delays.set(delay);
    this.updateDelay();
    this.#delaySet();
  }

  /**
   * Takes a screen's report. Its need counts only while its media is connected, because without sound it has
   * measured nothing, and while it is not switched off, because then it shows nothing.
   */
  report(member: Member, report: Report): void {
    const seat = this.#seats.of(member);
    if (!seat || seat === this.#seats.host) return;
    seat.report = report;
    if (!this.#counts(seat) || !this.#delays.isTooShortFor(report.neededMs)) return;
    if (this.#now() - this.#updatedAt < UPDATE_INTERVAL_MS) return;
    this.#updatedAt = this.#now();
    this.updateDelay();
  }

  /** Starts a flash test on all screens, at a full second of the server's clock. */
  flashTest(): void {
    this.#seats.sendToAll({
      type: "flash-test",
      at: Math.ceil((this.#now() + FLASH_NOTICE_MS) / 1_000) * 1_000,
    });
  }

  /** Computes the wall delay from the current needs, and sends it if it has changed. */
  updateDelay(): void {
    const needs = this.#seats.listeners.flatMap((seat) =>
      seat.report && this.#counts(seat) ? [seat.report.neededMs] : [],
    );
    if (this.#delays.update([...needs, ...this.#farNeeds()])) this.#send();
  }

  #counts({ connected, screen }: Seat): boolean {
    return connected && !(screen !== undefined && this.#isOff(screen));
  }

  #send(): void {
    this.#seats.host?.member.send({ type: "timing", timing: this.of("host") });
    this.#seats.sendToListeners({ type: "timing", timing: this.of("listener") });
  }
}
