import type { WallClock } from "../../shared/clock.ts";

/**
 * While the clock may be off by more, the arrivals of frames bound it: they come oftener than pongs, and a
 * worker times them on a page that is busy. The server knows to some ms when it sent them. ms.
 */
const UNSURE_MS = 2;

/**
 * Takes what the arrival of a frame tells of the clock: it was sent before. That is half of a sample. It is
 * kept while the clock is uncertain, if it tells more than those before and does not contradict them.
 * @param sent when the server sent it, ms of the wall clock
 * @param arrived ms of `performance.now()`
 */
export function boundClock(
  clock: Pick<WallClock, "add" | "at" | "error" | "roundTrip">,
  sent: number,
  arrived: number,
): void {
  const { error = 0, roundTrip = 0 } = clock;
  if (error <= UNSURE_MS || Math.abs(sent - clock.at(arrived)!) >= roundTrip / 2) return;
  clock.add({ sent: arrived, received: Number.POSITIVE_INFINITY, replied: sent, arrived });
}
