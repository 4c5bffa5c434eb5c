import { type MediaClockReading, PICTURE_RTP_PER_MS } from "#protocol/timing.ts";
import type { Layer } from "./receivers.ts";

/**
 * How long a picture is shown if none follows, ms. A shared window that does not change still sends one a
 * second.
 */
const SHOWN_MS = 3_000;
/**
 * A picture that is due later than this is of another stream than its layer's clock, ms: longer than the
 * greatest wall delay.
 */
const AHEAD_MAX_MS = 4_000;
/** Most decoded pictures that wait: half a second of 30 a second. They may be memory of a GPU. */
const WAITING_MAX = 16;

/** A decoded picture and its times. */
export interface DatedPicture<Image> {
  image: Image;
  layer: Layer;
  /** Its RTP time; undefined if the browser does not tell it. */
  timestamp: number | undefined;
  /** When it came, by the wall clock, ms. */
  arrived: number;
}

/** What says when pictures are due. */
export interface PictureTimes {
  /** The media clock of each layer. */
  clocks: Readonly<Partial<Record<Layer, MediaClockReading>>>;
  /** The wall delay, ms. */
  delay: number;
}

/**
 * When a picture is to be painted, by the wall clock, ms. One without a known time is due when it comes. RTP
 * times wrap after 13 hours; the result is right within half of that.
 */
export function dueOf(
  { timestamp, layer, arrived }: Omit<DatedPicture<unknown>, "image">,
  { clocks, delay }: PictureTimes,
): number {
  const clock = clocks[layer];
  if (!clock || timestamp === undefined) return arrived;
  return clock.at + ((timestamp - clock.timestamp) | 0) / PICTURE_RTP_PER_MS + delay;
}

/** Holds decoded pictures until they are due, and closes those that are shown no more. */
export class DuePictures<Image extends { close(): void }> {
  #waiting: DatedPicture<Image>[] = [];
  #shown: DatedPicture<Image> | undefined;

  /** Pictures that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Takes a picture, which is closed here. Of too many, every second one is left out. */
  add(picture: DatedPicture<Image>): void {
    this.#waiting.push(picture);
    if (this.#waiting.length <= WAITING_MAX) return;
    for (const [n, { image }] of this.#waiting.entries()) if (n % 2 === 1) image.close();
    this.#waiting = this.#waiting.filter((_, n) => n % 2 === 0);
  }

  /**
   * The picture to paint, whichever layer it is of; undefined while there is none, or only an old one. It is
   * open until the next call.
   * @param wall the wall clock, ms
   */
  at(wall: number, times: PictureTimes): DatedPicture<Image> | undefined {
    let next = this.#shown;
    let nextDue = next ? dueOf(next, times) : Number.NEGATIVE_INFINITY;
    const later: DatedPicture<Image>[] = [];
    const over: DatedPicture<Image>[] = [];
    for (const picture of this.#waiting) {
      const due = dueOf(picture, times);
      if (due > wall) {
        (due - wall > AHEAD_MAX_MS ? over : later).push(picture);
        continue;
      }
      // Where two layers have the picture of the same moment, the newer arrival is shown.
      const isNewer = due >= nextDue;
      if (next && isNewer) over.push(next);
      if (isNewer) [next, nextDue] = [picture, due];
      else over.push(picture);
    }
    if (next && wall - nextDue > SHOWN_MS) {
      over.push(next);
      next = undefined;
    }
    for (const { image } of over) image.close();
    this.#waiting = later;
    this.#shown = next;
    return next;
  }

  /** Closes all pictures. */
  clear(): void {
    for (const { image } of this.#waiting) image.close();
    this.#shown?.image.close();
    this.#waiting = [];
    this.#shown = undefined;
  }
}
