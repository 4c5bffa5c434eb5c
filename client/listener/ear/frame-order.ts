import type { TimedFrame } from "#protocol/frames.ts";
import { opusSamples } from "../../shared/opus-packet.ts";

/** A frame in its place in the stream. */
export interface OrderedFrame {
  /** Position of its first sample: its RTP time, counted on over wraps. */
  readonly position: number;
  /** Samples that it decodes to. */
  readonly samples: number;
  readonly data: Uint8Array;
}

/** Samples of the stream that no frame has brought yet. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** A missing frame is given up this long before its successor is due, ms: time for decoding. */
export const RELEASE_AHEAD_MS = 40;
/** Gaps that were given up, kept to recognise the frames that come too late. */
const SKIPPED_MAX = 32;
/** A frame further than this from its predecessor, in samples, belongs to another stream: 10 s. */
const STREAM_BREAK_SAMPLES = 480_000;

/**
 * Orders frames by RTP time, each once, whether they came over UDP or over the WebSocket. A frame waits for
 * missing frames before it until {@link release} is called with a later position.
 */
export class FrameOrder {
  /** By position, ascending. */
  #waiting: OrderedFrame[] = [];
  /** Position at which the next frame continues the stream; undefined before the first. */
  #next: number | undefined;
  /** What was missing when its successors were released, ascending. */
  #skipped: Gap[] = [];
  /** The newest frame that came, which later RTP times are counted from. */
  #newest: { timestamp: number; position: number } | undefined;

  /**
   * Takes a frame. One that comes after its successors were released is of no use any more, but counts once.
   * @returns its place; undefined if it came before
   */
  add({ timestamp, data }: TimedFrame): OrderedFrame | undefined {
    const samples = opusSamples(data);
    if (samples === undefined) return;
    const position = this.#advanceTo(timestamp);
    if (this.#next !== undefined && position < this.#next)
      return this.#fillSkipped(position, samples) ? { position, samples, data } : undefined;
    const at = this.#waiting.findIndex((frame) => frame.position >= position);
    if (at >= 0 && this.#waiting[at]!.position === position) return;
    const frame = { position, samples, data };
    this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, frame);
    return frame;
  }

  /** Nothing has come since the start or {@link reset}. */
  get isEmpty(): boolean {
    return this.#newest === undefined;
  }

  /** The position that an RTP time has in this stream; the time itself before the first frame. */
  positionOf(timestamp: number): number {
    if (!this.#newest) return timestamp;
    return this.#newest.position + ((timestamp - this.#newest.timestamp) | 0);
  }

  /**
   * The frames whose turn it is: all that continue the stream without a gap, and all that begin before
   * `latest`, whether or not frames before them are missing.
   */
  release(latest: number): OrderedFrame[] {
    let count = 0;
    for (const frame of this.#waiting) {
      if (frame.position !== this.#next && frame.position >= latest) break;
      if (this.#next !== undefined && frame.position > this.#next)
        this.#skipped = [...this.#skipped, { from: this.#next, to: frame.position }].slice(-SKIPPED_MAX);
      this.#next = frame.position + frame.samples;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** What is missing before the newest frame that waits. */
  get gaps(): Gap[] {
    const gaps: Gap[] = [];
    let from = this.#next;
    for (const { position, samples } of this.#waiting) {
      if (from !== undefined && position > from) gaps.push({ from, to: position });
      from = position + samples;
    }
    return gaps;
  }

  /** Forgets everything: the next frame begins a stream. */
  reset(): void {
    this.#waiting = [];
    this.#skipped = [];
    this.#next = undefined;
    this.#newest = undefined;
  }

  /** Takes a frame out of the gap that it belongs to; false if it belongs to none. */
  #fillSkipped(position: number, samples: number): boolean {
    const gap = this.#skipped.find(({ from, to }) => position >= from && position < to);
    if (!gap) return false;
    const left = [
      { from: gap.from, to: position },
      { from: position + samples, to: gap.to },
    ].filter(({ from, to }) => from < to);
    this.#skipped = this.#skipped.flatMap((other) => (other === gap ? left : [other]));
    return true;
  }

  #advanceTo(timestamp: number): number {
    const position = this.positionOf(timestamp);
    if (!this.#newest || Math.abs(position - this.#newest.position) > STREAM_BREAK_SAMPLES) {
      this.reset();
      this.#newest = { timestamp, position: timestamp };
      return timestamp;
    }
    if (position > this.#newest.position) this.#newest = { timestamp, position };
    return position;
  }
}
