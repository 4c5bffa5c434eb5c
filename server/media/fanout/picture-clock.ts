import { type MediaClockReading, RTP_PER_MS } from "../../protocol/timing.ts";
import { PICTURE_RTP_PER_MS } from "./picture-stream.ts";

/** The time must have moved by more than this many ms before it is reported again. */
const REPORT_CHANGE_MS = 2;
/** Shortest time between two reports, ms: four a second at most. */
const REPORT_INTERVAL_MS = 250;

/** What a sender report says of its stream: an RTP time, and the same moment on the host's own clock. */
export interface SenderTime {
  /** NTP time, ms since 1900. All of a host's streams have the same clock (RFC 3550 §6.4.1). */
  ntpMs: number;
  rtpTime: number;
}

/** The song's RTP time at the moment of a picture's sender report. */
export function songTimeOf(song: SenderTime, picture: SenderTime): number {
  return (song.rtpTime + Math.round((picture.ntpMs - song.ntpMs) * RTP_PER_MS)) >>> 0;
}

/** Decides which readings of the time of a layer's pictures are reported. */
export class PictureClock {
  #reported: { reading: MediaClockReading; time: number } | undefined;

  /**
   * Takes a reading. Returns it if it is the first one, or if the time has moved.
   * @param time now, ms
   */
  take(reading: MediaClockReading, time: number): MediaClockReading | undefined {
    if (this.#reported) {
      const { reading: last, time: at } = this.#reported;
      if (time - at < REPORT_INTERVAL_MS) return;
      const expected = last.at + ((reading.timestamp - last.timestamp) | 0) / PICTURE_RTP_PER_MS;
      if (Math.abs(reading.at - expected) <= REPORT_CHANGE_MS) return;
    }
    this.#reported = { reading, time };
    return reading;
  }
}
