import { RTP_PER_MS } from "#protocol/timing.ts";

/** A frame that the encoder has given: the RTP time of its first sample, and how many it has. */
export interface SentFrame {
  readonly timestamp: number;
  readonly samples: number;
}

/** Time of an audio graph, read at one moment. */
export interface GraphTime {
  /** What the graph has rendered, s. */
  readonly rendered: number;
  /**
   * When the loudspeaker would play without delay what the graph rendered at its time 0, by
   * `performance.now()`, ms. It changes when the graph stands still, and with the drift of the sound card.
   */
  readonly origin: number;
}

/**
 * How much later than it was encoded a sound is decoded: what libopus looks ahead, samples (6.5 ms; RFC 7845
 * §4.2 names it pre-skip).
 */
const LOOKAHEAD_SAMPLES = 312;
/** Readings kept: 2 s of frames of 20 ms. */
const READINGS_MAX = 100;
/** With fewer readings nothing is known. */
const READINGS_MIN = 25;
/** The newest readings, of which the origin of the loudspeaker's time is the median: half a second. */
const ORIGIN_READINGS = 25;
/**
 * Which reading counts: this share of them is lower. Most are too low, because the graph has rendered on by
 * when the page learns of the frame; some are too high, because the page sees an old time of the graph.
 * Against the decoded sound this is exact in Chromium, on a busy machine too, and within 7 ms in Firefox.
 */
const READING_RANK = 0.85;
/** Readings further apart than this are of different streams, samples: 10 s. */
const STREAM_BREAK_SAMPLES = 480_000;

/**
 * Knows when the loudspeaker plays, without delay, what screens hear at an RTP time. The encoder gives a
 * frame as soon as the graph has rendered the last sample of it, so the graph's time at that moment is the
 * time of this sample. What is sent need not be decoded, and silence serves as well as music.
 */
export class SentTime {
  /** For each frame, the position that the graph's time 0 has in the stream, samples; and the origin, ms. */
  readonly #readings: { zero: number; origin: number }[] = [];
  /** The newest frame: its RTP time, and the same counted on over wraps. */
  #newest = { timestamp: 0, position: 0 };

  /** Takes a frame that the encoder has just given. */
  add({ timestamp, samples }: SentFrame, { rendered, origin }: GraphTime): void {
    const position = this.#positionOf(timestamp);
    this.#newest = { timestamp, position };
    const zero = position + samples + LOOKAHEAD_SAMPLES - rendered * RTP_PER_MS * 1_000;
    const last = this.#readings.at(-1);
    if (last && Math.abs(zero - last.zero) > STREAM_BREAK_SAMPLES) this.#readings.length = 0;
    this.#readings.push({ zero, origin });
    if (this.#readings.length > READINGS_MAX) this.#readings.shift();
  }

  /**
   * When the loudspeaker plays without delay what screens hear at an RTP time near the present, by
   * `performance.now()`, ms; undefined while it is not known.
   */
  playedAt(timestamp: number): number | undefined {
    if (this.#readings.length < READINGS_MIN) return;
    const zero = ranked(
      this.#readings.map((reading) => reading.zero),
      READING_RANK,
    );
    const newest = this.#readings.slice(-ORIGIN_READINGS);
    const origin = ranked(
      newest.map((reading) => reading.origin),
      0.5,
    );
    return origin + (this.#positionOf(timestamp) - zero) / RTP_PER_MS;
  }

  #positionOf(timestamp: number): number {
    return this.#newest.position + ((timestamp - this.#newest.timestamp) | 0);
  }
}

/** The value that a share of all values is below. */
function ranked(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)]!;
}
