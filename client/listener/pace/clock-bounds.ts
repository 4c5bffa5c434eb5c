import type { WallClock } from "../../shared/clock.ts";

/**
 * How much later than it was a frame may seem to have been sent, ms: the media clock follows the frames that
 * came earliest, and is told in steps.
 */
const SLACK_MS = 2;
/** A media clock that is told anew by more than this is moving, ms. */
const MOVED_MS = 0.25;
/** For so long after that it says nothing, ms: it is told every 250 ms while it moves. */
const MOVING_MS = 1_000;

/**
 * Bounds the wall clock by the arrivals of frames. The media clock tells when the server sent a frame, and
 * it cannot have arrived before. Pongs tell more, but a page that is busy reads them late; a worker times
 * the frames, which come oftener.
 */
export class ClockBounds {
  #mapping = Number.NaN;
  #movingUntil = Number.NEGATIVE_INFINITY;

  /**
   * Takes the arrival of a frame: half of a sample of the clock. It is used if it tells more than those
   * before, and does not contradict them.
   * @param media RTP time of the frame, ms
   * @param sent when the server sent it by the media clock, ms of the wall clock
   * @param arrived ms of `performance.now()`
   */
  take(
    clock: Pick<WallClock, "add" | "at" | "roundTrip">,
    { media, sent, arrived }: { media: number; sent: number; arrived: number },
  ): void {
    if (Math.abs(sent - media - this.#mapping) > MOVED_MS) this.#movingUntil = arrived + MOVING_MS;
    this.#mapping = sent - media;
    const wall = clock.at(arrived);
    if (wall === undefined || arrived < this.#movingUntil) return;
    const bound = sent - SLACK_MS;
    if (Math.abs(bound - wall) >= clock.roundTrip! / 2) return;
    clock.add({ sent: arrived, received: Number.POSITIVE_INFINITY, replied: bound, arrived });
  }
}
