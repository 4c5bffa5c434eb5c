import type { MediaClocks } from "../media/fanout/media-clock.ts";
import type { Report, Role } from "../protocol/messages.ts";
import type { MediaClockReading, Timing } from "../protocol/timing.ts";
import type { Member } from "./member.ts";
import type { Seats } from "./seats.ts";
import { WallDelays } from "./wall-delay.ts";

/** From the message to the first flash of a test, so that every screen has heard of it, ms. */
const FLASH_NOTICE_MS = 1_000;

/** Between two looks out of turn at what screens need, however often they tell, ms. */
const LOOK_INTERVAL_MS = 200;

/**
 * A room's time: which media time it is, and how much later it is painted. Tells everyone whenever that
 * changes.
 */
export class RoomTiming {
  readonly #seats: Seats;
  readonly #now: () => number;
  readonly #delays: WallDelays;
  #clocks: MediaClocks | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** @param now the wall clock, ms */
  constructor(seats: Seats, now: () => number) {
    this.#seats = seats;
    this.#now = now;
    this.#delays = new WallDelays(now);
  }

  /** What a member is told; each role in the numbers of its own stream. */
  of(role: Role): Timing {
    const clock: MediaClockReading | undefined = this.#clocks?.[role === "host" ? "host" : "listeners"];
    return { delay: this.#delays.current, ...(clock && { clock }) };
  }

  /** The engine reports the broadcast's time. */
  mediaClock(clocks: MediaClocks): void {
    this.#clocks = clocks;
    this.#tell();
  }

  /** The host sets the wall delay in ms; null lets it follow what screens need. */
  setDelay(delay: number | null): void {
    this.#delays.set(delay);
    this.moveDelay();
  }

  /**
   * A screen tells how well it keeps time. What it needs counts while it gets sound: without, it has measured
   * nothing.
   */
  report(member: Member, report: Report): void {
    const seat = this.#seats.of(member);
    if (!seat || seat === this.#seats.host) return;
    seat.report = report;
    if (!seat.connected || !this.#delays.isShort(report.neededMs)) return;
    if (this.#now() - this.#lookedAt < LOOK_INTERVAL_MS) return;
    this.#lookedAt = this.#now();
    this.moveDelay();
  }

  /** All screens pulse by the clock for a while. */
  flashTest(): void {
    this.#seats.sendToAll({
      type: "flash-test",
      at: Math.ceil((this.#now() + FLASH_NOTICE_MS) / 1_000) * 1_000,
    });
  }

  /** Decides anew how much later than it is heard everything is painted. */
  moveDelay(): void {
    const needs = this.#seats.listeners.flatMap(({ connected, report }) =>
      connected && report ? [report.neededMs] : [],
    );
    if (this.#delays.update(needs)) this.#tell();
  }

  #tell(): void {
    this.#seats.host?.member.send({ type: "timing", timing: this.of("host") });
    this.#seats.sendToListeners({ type: "timing", timing: this.of("listener") });
  }
}
