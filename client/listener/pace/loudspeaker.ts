import { RTP_PER_MS } from "#protocol/timing.ts";
import { AudioClockWatch } from "../../shared/audio-clock.ts";
import type { DecodedFrame } from "../ear/decoder.ts";
import type { Pace } from "./pace.ts";
import { stretched } from "./resample.ts";

/** Samples a second of decoded frames and of the context. */
const SAMPLE_RATE_HZ = 48_000;
/** An error above this restarts the sound at its right time; smaller errors are corrected gradually. */
const LOST_MS = 60;
/** An error below this is not corrected. */
const STEADY_MS = 1;
/** Samples added to or removed from a frame of 960 to correct its time: 0.2 % of its pitch, or 4 cents. */
const CORRECTION_SAMPLES = 2;
/** Weight of each new reading of the output's clock in the average, because readings vary by some ms. */
const READING_WEIGHT = 0.05;
/** Time constant of a change of volume, s. */
const FADE_S = 0.03;

/** What of an AudioContext is needed to play by a clock. */
export interface OutputClock {
  readonly currentTime: number;
  readonly outputLatency?: number;
  readonly baseLatency?: number;
  getOutputTimestamp?(): AudioTimestamp;
}

/** The time of the context at which it outputs at a time of `performance.now()`, as a difference in s. */
export function outputLead(context: OutputClock, now: number): number {
  const { contextTime, performanceTime } = context.getOutputTimestamp?.() ?? {};
  if (contextTime && performanceTime) return contextTime - performanceTime / 1_000;
  const latency = context.outputLatency || context.baseLatency || 0;
  return context.currentTime - latency - now / 1_000;
}

/**
 * Plays each decoded frame when its light is seen, so that all screens sound together. The clock of the
 * sound card drifts from the wall clock; frames are shortened or lengthened by two samples to follow.
 */
export class Loudspeaker {
  readonly #pace: Pick<Pace, "paintedAt">;
  #context: AudioContext | undefined;
  #gain: GainNode | undefined;
  #isAudible = false;
  readonly #watch = new AudioClockWatch();
  /** Time of the context minus that of the page, s. */
  #lead: number | undefined;
  /** Where the sound that is scheduled ends: position in the song, and time of the context, s. */
  #end: { position: number; time: number } | undefined;

  constructor(pace: Pick<Pace, "paintedAt">) {
    this.#pace = pace;
  }

  /** Whether the browser lets sound out, where it is wanted. */
  get isRunning(): boolean {
    return this.#context?.state === "running";
  }

  get isAudible(): boolean {
    return this.#isAudible;
  }

  /** To be set in a person's gesture, which browsers insist on before a page may sound. */
  set isAudible(isAudible: boolean) {
    this.#isAudible = isAudible;
    // Past the iPhone's silent switch when sound was asked for; beside other apps' music when not.
    const { audioSession } = navigator as { audioSession?: { type: string } };
    if (audioSession) audioSession.type = isAudible ? "playback" : "auto";
    if (isAudible) this.resume();
    this.#gain?.gain.setTargetAtTime(isAudible ? 1 : 0, this.#context!.currentTime, FADE_S);
  }

  /** Asks the browser to run, where sound is wanted; it may insist on a gesture. */
  resume(): void {
    if (!this.#isAudible) return;
    try {
      if (!this.#context || this.#context.state === "closed" || this.#watch.hasGivenUp) this.#build();
    } catch {
      // The browser has no room for another context now; light needs none.
      return;
    }
    this.#watch.retry();
    this.#context!.resume().catch(() => {});
  }

  /** Looks whether the context still runs while there is something to play: its device may have gone. */
  #care(): void {
    if (!this.#context || !this.#isAudible) return;
    const cure = this.#watch.look(this.#context, performance.now());
    if (cure === "resume") this.#context.resume().catch(() => {});
    if (cure !== "rebuild") return;
    try {
      this.#build();
      this.#context.resume().catch(() => {});
    } catch {
      // It is tried again when a person taps.
    }
  }

  /** Plays a frame at its time. One that comes too late is left out. */
  play({ position, channels }: DecodedFrame): void {
    this.#care();
    const context = this.#context;
    const length = channels[0]?.length ?? 0;
    if (!this.isRunning || !context || !this.#isAudible || length === 0) return;
    const now = performance.now();
    const paintedAt = this.#pace.paintedAt(position / RTP_PER_MS, now);
    if (paintedAt === undefined) return;
    const reading = outputLead(context, now);
    const isFirst = this.#lead === undefined || Math.abs(reading - this.#lead) > LOST_MS / 1_000;
    this.#lead = isFirst ? reading : this.#lead! + (reading - this.#lead!) * READING_WEIGHT;
    const wanted = paintedAt / 1_000 + this.#lead;
    const isNext = this.#end?.position === position;
    const late = isNext ? (this.#end!.time - wanted) * 1_000 : Number.POSITIVE_INFINITY;
    const at = Math.abs(late) < LOST_MS ? this.#end!.time : wanted;
    if (at < context.currentTime) {
      this.#end = undefined;
      return;
    }
    const correction = Math.abs(late) < LOST_MS && Math.abs(late) > STEADY_MS ? -Math.sign(late) : 0;
    const samples = length + correction * CORRECTION_SAMPLES;
    this.#schedule(context, channels, samples, at);
    this.#end = { position: position + length, time: at + samples / SAMPLE_RATE_HZ };
  }

  #schedule(context: AudioContext, channels: readonly Float32Array[], samples: number, at: number): void {
    const buffer = new AudioBuffer({
      numberOfChannels: channels.length,
      length: samples,
      sampleRate: SAMPLE_RATE_HZ,
    });
    channels.forEach((channel, n) => {
      const last = channel[channel.length - 1]!;
      buffer.copyToChannel(stretched(channel, samples, last) as Float32Array<ArrayBuffer>, n);
    });
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(this.#gain!);
    source.start(at);
  }

  #build(): void {
    const context = new AudioContext({ latencyHint: "interactive", sampleRate: SAMPLE_RATE_HZ });
    this.#gain = new GainNode(context, { gain: this.#isAudible ? 1 : 0 });
    this.#gain.connect(context.destination);
    this.#lead = this.#end = undefined;
    this.#context?.close().catch(() => {});
    this.#context = context;
    this.#watch.begin();
  }
}
