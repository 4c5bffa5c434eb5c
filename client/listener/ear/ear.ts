import type { TimedFrame } from "#protocol/frames.ts";
import type { DecodedFrame } from "./decoder.ts";
import type { Gap } from "./frame-order.ts";
import type { Arrival, Heard, Pace } from "./pipeline.ts";

/** What an ear reports. Times of arrivals are of `performance.now()`. */
export interface EarListener {
  /** What is heard at the next moments, in order, and the media times at which beats begin in it, ms. */
  onHeard(heard: readonly Heard[], beats: readonly number[]): void;
  /** A frame has come. */
  onArrival(arrival: Arrival): void;
  /** Frames that the browser has not brought. */
  onMissing(gaps: readonly Gap[]): void;
  /** Decoded sound, while it is wanted. */
  onSound(sound: DecodedFrame): void;
  /** {@link Ear.isBlocked} may have changed. */
  onChange(): void;
}

/** Turns what is received into spectra that bear their media time. */
export interface Ear {
  readonly kind: "frames" | "analyser";
  /** To be set in the task in which the ear is opened. */
  listener: EarListener;
  /** The browser wants a tap before anything is heard. */
  readonly isBlocked: boolean;
  /** Of what the spectra cover, Hz, and its length in samples. */
  readonly sampleRate: number;
  readonly fftSize: number;
  /** A receiver was made, through which sound may come. To be called in the same task. */
  watch(receiver: RTCRtpReceiver): void;
  /** A track comes through a receiver. */
  listen(track: MediaStreamTrack, receiver: RTCRtpReceiver): void;
  /** Frames that came over the WebSocket. */
  take(frames: readonly TimedFrame[]): void;
  /** What is painted when, by `performance.now()`; undefined while it is not known. */
  pace(pace: Pace | undefined): void;
  wantSound(isWanted: boolean): void;
  /** A person has tapped: what the browser held back until then may begin. */
  resume(): void;
  /** An animation frame begins. */
  tick(now: number): void;
}
