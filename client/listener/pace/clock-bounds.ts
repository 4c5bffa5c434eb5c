import type { ClockSample, WallClock } from "../../shared/clock.ts";

/**
 * How much later than it was a frame may seem to have been sent, ms: the media clock follows the frames that
 * came earliest, and is told in steps.
 */
const SLACK_MS = 1;
/**
 * A media clock that says of a frame that it was sent earlier than was said before, by more than this, was
 * late; ms. One that moves the other way was early, which does no harm.
 */
const MOVED_MS = 0.25;
/**
 * A media clock that is late is told so after this time at most, ms: after 250 for the telling, and some for
 * the way. What frames say is believed only then.
 */
const DOUBT_MS = 1_000;
/** A page that loads reads its pongs late, and cannot wait: for so long frames are believed at once, ms. */
const LOADING_MS = 3_000;
/** The soonest frame of so long counts in any case: it is there when those before it are forgotten, ms. */
const SLICE_MS = 10_000;

type Clock = Pick<WallClock, "add" | "at" | "forgetOneSided" | "roundTrip">;

/**
 * Bounds the wall clock by the arrivals of frames. The media clock tells when the server sent a frame, and
 * it cannot have arrived before. Pongs tell more, but a page that is busy reads them late; a worker times
 * the frames, which come oftener.
 */
export class ClockBounds {
  #mapping = Number.NaN;
  /** Frames that are not believed yet. */
  #doubted: ClockSample[] = [];
  /** The soonest frame of this slice. */
  #soonest: ClockSample | undefined;
  #sliceEndsAt = Number.NEGATIVE_INFINITY;
  /** When frames are doubted; 0 before the first one. */
  #loadedAt = 0;

  /**
   * Takes the arrival of a frame: half of a sample of the clock. It is used if it tells more than those
   * before, and does not contradict them.
   * @param media RTP time of the frame, ms
   * @param sent when the server sent it by the media clock, ms of the wall clock
   * @param arrived ms of `performance.now()`
   */
  take(clock: Clock, { media, sent, arrived }: { media: number; sent: number; arrived: number }): void {
    if (this.#mapping - (sent - media) > MOVED_MS) {
      this.#doubted.length = 0;
      this.#soonest = undefined;
      // Those that were believed while the page loaded may be wrong too.
      if (arrived < this.#loadedAt + DOUBT_MS) clock.forgetOneSided();
    }
    this.#mapping = sent - media;
    if (clock.roundTrip === undefined) return;
    this.#loadedAt ||= arrived + LOADING_MS;
    const replied = sent - SLACK_MS;
    const sample = { sent: arrived, received: Number.POSITIVE_INFINITY, replied, arrived };
    if (isNews(clock, sample)) this.#doubted.push(sample);
    if (wayOf(sample) < wayOf(this.#soonest)) this.#soonest = sample;
    this.#believe(clock, arrived < this.#loadedAt ? arrived : arrived - DOUBT_MS);
    if (arrived >= this.#sliceEndsAt) this.#endSlice(clock, arrived);
  }

  /** Uses the frames that came until a time, as far as they still are news. */
  #believe(clock: Clock, until: number): void {
    while (this.#doubted.length > 0 && this.#doubted[0]!.arrived <= until) {
      const sample = this.#doubted.shift()!;
      if (isNews(clock, sample)) clock.add(sample);
    }
  }

  #endSlice(clock: Clock, now: number): void {
    const soonest = this.#soonest;
    if (soonest && soonest.arrived < now - DOUBT_MS && !contradicts(clock, soonest)) clock.add(soonest);
    this.#soonest = undefined;
    this.#sliceEndsAt = now + SLICE_MS;
  }
}

/** Whether it tells more than is known, and does not contradict it. */
function isNews(clock: Clock, sample: ClockSample): boolean {
  return clock.at(sample.arrived)! - sample.replied < clock.roundTrip! / 2 && !contradicts(clock, sample);
}

/** Whether by what is known it has come before it was sent. */
function contradicts(clock: Clock, { arrived, replied }: ClockSample): boolean {
  return replied - clock.at(arrived)! >= clock.roundTrip! / 2;
}

/** How long it was on its way, in ms but for a constant; infinite for none. */
function wayOf(sample: ClockSample | undefined): number {
  return sample ? sample.arrived - sample.replied : Number.POSITIVE_INFINITY;
}
