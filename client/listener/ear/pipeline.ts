import type { TimedFrame } from "#protocol/frames.ts";
import type { BeatFinder } from "./beat-finder.ts";
import type { DecodedFrame, Decoder } from "./decoder.ts";
import { FrameOrder, type Gap, type OrderedFrame, RELEASE_AHEAD_MS } from "./frame-order.ts";
import { FFT_SIZE, Grid, WARM_UP_SAMPLES } from "./grid.ts";
import { Patience } from "./patience.ts";

/** Samples of RTP time in a ms (RFC 7587 §4.1). */
const SAMPLES_PER_MS = 48;
/** Half of a spectrum's samples. A spectrum is labelled with the time of its middle. */
const HALF_WINDOW_SAMPLES = FFT_SIZE / 2;
/**
 * Sound before what is due that a first spectrum needs: half of its window, and the decoder's warm-up.
 */
const LEAD_IN_SAMPLES = WARM_UP_SAMPLES + HALF_WINDOW_SAMPLES;
/** How long a decoder takes for the first light, ms. */
const DECODING_MS = 20;

/** What is heard at a moment of the song's grid. */
export interface Heard {
  /** Media time of the middle of what the spectrum covers, ms. */
  readonly media: number;
  /** dB per bin. */
  readonly spectrum: Float32Array;
}

/** The arrival of a frame, from which the needed wall delay follows. */
export interface Arrival {
  /** Media time of its first sample, ms. */
  readonly media: number;
  readonly durationMs: number;
  /** By the clock that {@link PipelineOptions.now} reads, ms. */
  readonly at: number;
  readonly via: Way;
}

/** Which way a frame came. */
export type Way = "udp" | "socket";

export interface PipelineOptions {
  /** ms; monotonic. */
  now(): number;
  onHeard(heard: readonly Heard[], beats: readonly number[]): void;
  /** Every live frame that comes for the first time, at once, also if it comes too late. */
  onArrival(arrival: Arrival): void;
  /** What is missing and was not asked for before, in RTP time. */
  onMissing(gaps: readonly Gap[]): void;
  /** Decoded sound, while it is wanted. */
  onSound(decoded: DecodedFrame): void;
}

/** What media time is painted at a time of {@link PipelineOptions.now}; both move on alike. */
export interface Pace {
  readonly timestamp: number;
  readonly at: number;
}

/** Turns encoded frames into spectra and beats at the moments of the song's grid, in order. */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #order = new FrameOrder();
  readonly #grid = new Grid();
  readonly #patience = new Patience();
  /** Frames that wait for a decoder that is still loading. */
  #undecoded: OrderedFrame[] = [];
  #decoder: Decoder | undefined;
  #pace: Pace | undefined;
  /** Since when something is missing; undefined while nothing is. */
  #missingSince: number | undefined;
  #asked = Number.NEGATIVE_INFINITY;
  wantsSound = false;
  /** Undefined until it is loaded. */
  beatFinder: BeatFinder | undefined;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  set decoder(decoder: Decoder) {
    this.#decoder = decoder;
    for (const frame of this.#undecoded.splice(0)) decoder.decode(frame);
  }

  set pace(pace: Pace) {
    this.#pace = pace;
    this.release();
  }

  /** Takes an encoded frame when it is broadcast, whichever way it came. */
  take(frame: TimedFrame, via: Way = "udp"): void {
    const ordered = this.#order.add(frame);
    if (!ordered) return;
    const at = this.#options.now();
    const media = ordered.position / SAMPLES_PER_MS;
    if (via === "udp") this.#patience.arrived(at - media);
    this.#options.onArrival({ media, durationMs: ordered.samples / SAMPLES_PER_MS, at, via });
    this.release();
  }

  /** Takes the frames of the last seconds, which a screen gets when it joins. */
  start(frames: readonly TimedFrame[]): void {
    for (const frame of this.#order.isEmpty ? this.#stillNeeded(frames) : frames) this.#order.add(frame);
    this.release();
  }

  /**
   * Decodes what continues the stream, and what is due soon although frames before it are missing. To be
   * called again after the returned time while something waits.
   * @returns ms; undefined while nothing waits
   */
  release(): number | undefined {
    const latest = this.#latest();
    for (const frame of this.#order.release(latest)) {
      if (this.#decoder) this.#decoder.decode(frame);
      else this.#undecoded.push(frame);
    }
    const gap = this.#order.gaps[0];
    const askIn = this.#ask();
    return gap && Math.max(Math.min((gap.to - latest) / SAMPLES_PER_MS, askIn), 1);
  }

  /** Takes the sound of a frame; its decoder calls this in the order of the frames. */
  readonly hear = (decoded: DecodedFrame): void => {
    const heard: Heard[] = [];
    const beats: number[] = [];
    for (const { position, spectrum } of this.#grid.add(decoded.position, mixDown(decoded.channels))) {
      const window = () => this.#grid.window(position);
      const beat = this.beatFinder?.find(spectrum, position / SAMPLES_PER_MS, window);
      if (beat !== undefined) beats.push(beat);
      heard.push({ media: (position - HALF_WINDOW_SAMPLES) / SAMPLES_PER_MS, spectrum });
    }
    if (heard.length > 0) this.#options.onHeard(heard, beats);
    if (this.wantsSound) this.#options.onSound(decoded);
  };

  /** Leaves out what is older than all that is still to be painted: the first light comes sooner. */
  #stillNeeded(frames: readonly TimedFrame[]): readonly TimedFrame[] {
    if (!this.#pace) return frames;
    const { timestamp, at } = this.#pace;
    const painted = this.#options.now() + DECODING_MS - at;
    const due = timestamp + painted * SAMPLES_PER_MS - LEAD_IN_SAMPLES;
    const first = frames.findIndex((frame) => ((frame.timestamp - due) | 0) > 0);
    return frames.slice(Math.max(first - 1, 0));
  }

  /** The position before which frames no longer wait for missing ones. */
  #latest(): number {
    if (!this.#pace) return Number.POSITIVE_INFINITY;
    const { timestamp, at } = this.#pace;
    const ahead = (this.#options.now() + RELEASE_AHEAD_MS - at) * SAMPLES_PER_MS;
    return this.#order.positionOf(timestamp) + ahead;
  }

  /**
   * Asks for what is missing over the WebSocket, once. The browser's NACK often is sooner.
   * @returns when it will ask, ms from now
   */
  #ask(): number {
    const now = this.#options.now();
    const gaps = this.#order.gaps.filter(({ to }) => to > this.#asked);
    if (gaps.length === 0) this.#missingSince = undefined;
    else {
      this.#missingSince ??= now;
      const waitMs = this.#missingSince + this.#patience.ms - now;
      if (waitMs > 0) return waitMs;
      this.#missingSince = undefined;
      this.#asked = gaps[gaps.length - 1]!.to;
      this.#options.onMissing(gaps);
    }
    return Number.POSITIVE_INFINITY;
  }
}

/** The mean of all channels, as an AnalyserNode mixes them (Web Audio API 1.1, §4.1). */
function mixDown(channels: readonly Float32Array[]): Float32Array {
  const [left, right] = channels;
  if (!left || !right) return left ?? new Float32Array(0);
  return left.map((sample, n) => (sample + right[n]!) / 2);
}
