import { mediaMsBetween, RTP_PER_MS } from "#protocol/timing.ts";

/** What the browser reports of the frame that it handed to the track last (W3C WebRTC §5.4). */
export type HandedFrame = Pick<RTCRtpSynchronizationSource, "rtpTimestamp" | "timestamp">;

/** Frames that the fit rests on: the browser reports times in steps of up to 10 ms. */
const KEPT_MS = 1_200;
/** A frame that is off by more belongs to another stream, ms. */
const STREAM_BREAK_MS = 10_000;

/**
 * Media time by the page's clock, from when the browser handed which frame to the track. A median over the
 * last second removes the steps of those times.
 */
export class MediaLabels {
  readonly #leads: { at: number; lead: number }[] = [];
  #last: { timestamp: number; media: number } | undefined;
  #handedAt: number | undefined;

  /** Takes the newest frame, at a time of `performance.now()`. One that is known already changes nothing. */
  add(now: number, frame: HandedFrame): void {
    if (frame.timestamp === this.#handedAt) return;
    this.#handedAt = frame.timestamp;
    const media = this.mediaOf(frame.rtpTimestamp);
    if (this.#last && Math.abs(media - this.#last.media) > STREAM_BREAK_MS) {
      this.reset();
      this.add(now, frame);
      return;
    }
    this.#last = { timestamp: frame.rtpTimestamp, media };
    const at = pageTime(frame.timestamp, now);
    this.#leads.push({ at, lead: media - at });
    while (at - this.#leads[0]!.at > KEPT_MS) this.#leads.shift();
  }

  /** Media time that is handed to the track now, ms; undefined before the first frame. */
  at(now: number): number | undefined {
    if (this.#leads.length === 0) return;
    const leads = this.#leads.map(({ lead }) => lead).sort((a, b) => a - b);
    return now + leads[leads.length >> 1]!;
  }

  /** An RTP time as media time, which counts on over wraps, ms. */
  mediaOf(timestamp: number): number {
    if (!this.#last) return timestamp / RTP_PER_MS;
    return this.#last.media + mediaMsBetween(this.#last.timestamp, timestamp);
  }

  reset(): void {
    this.#leads.length = 0;
    this.#last = undefined;
    this.#handedAt = undefined;
  }
}

/** Browsers differ in whether the timestamp counts from 1970 or from the page's start. */
function pageTime(timestamp: number, now: number): number {
  const since1970 = timestamp - performance.timeOrigin;
  return Math.abs(since1970 - now) < Math.abs(timestamp - now) ? since1970 : timestamp;
}
