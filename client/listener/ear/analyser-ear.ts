import { DELAY_MAX_MS } from "#protocol/timing.ts";
import { attackAge } from "../../light/attack.ts";
import { fftSizeFor } from "../../light/band.ts";
import { Onsets } from "../../light/onsets.ts";
import { AudioClockWatch } from "../../shared/audio-clock.ts";
import type { Ear, EarListener } from "./ear.ts";
import { MediaLabels } from "./media-labels.ts";
import type { Pace } from "./pipeline.ts";

/** Time from the track to the analyser. The audio graph holds two blocks of 5 to 10 ms on average. */
const GRAPH_MS = 15;
/** Time constant of a change of volume or delay, s. */
const FADE_S = 0.03;
/** An error of the sound's time below this is not corrected, because a correction bends the pitch. */
const ALIGNED_MS = 20;

/**
 * Listens with an AnalyserNode on the received track, for browsers that give pages no encoded frames. Media
 * times are those that the browser reports, exact to about 10 ms. The browser starts it only after a tap.
 */
export class AnalyserEar implements Ear {
  readonly kind = "analyser";
  listener!: EarListener;
  #context!: AudioContext;
  #analyser!: AnalyserNode;
  /** Delays the sound until its light is painted. */
  #delay!: DelayNode;
  #gain!: GainNode;
  readonly #watch = new AudioClockWatch();
  #hasRun = false;
  #pace: Pace | undefined;
  readonly #labels = new MediaLabels();
  readonly #onsets = new Onsets();
  /** Chromium hands a received track to Web Audio only while a media element plays it too. */
  readonly #element = new Audio();
  #source: MediaStreamAudioSourceNode | undefined;
  #receiver: RTCRtpReceiver | undefined;
  #newest = Number.NEGATIVE_INFINITY;

  constructor() {
    this.#element.muted = true;
    this.#build(0);
  }

  /** @param volume of this screen, 0..1 */
  #build(volume: number): void {
    this.#context = new AudioContext({ latencyHint: "interactive" });
    const fftSize = fftSizeFor(this.#context.sampleRate);
    this.#analyser = new AnalyserNode(this.#context, { fftSize, smoothingTimeConstant: 0 });
    this.#delay = new DelayNode(this.#context, { maxDelayTime: DELAY_MAX_MS / 1_000 });
    this.#gain = new GainNode(this.#context, { gain: volume });
    this.#analyser.connect(this.#delay).connect(this.#gain).connect(this.#context.destination);
    this.#context.onstatechange = () => {
      this.#hasRun ||= this.#context.state === "running";
      this.listener.onChange();
    };
  }

  get isBlocked(): boolean {
    return this.#context.state !== "running" || this.#watch.hasGivenUp;
  }

  get sampleRate(): number {
    return this.#context.sampleRate;
  }

  get fftSize(): number {
    return this.#analyser.fftSize;
  }

  resume(): void {
    if (this.#watch.hasGivenUp) this.#rebuild();
    this.#watch.retry();
    this.#context.resume().catch(() => {});
    if (this.#element.srcObject) this.#element.play().catch(() => {});
  }

  watch(): void {}

  take(): void {}

  pace(pace: Pace | undefined): void {
    this.#pace = pace;
  }

  wantSound(isWanted: boolean): void {
    this.#gain.gain.setTargetAtTime(isWanted ? 1 : 0, this.#context.currentTime, FADE_S);
    if (isWanted) this.resume();
  }

  /** Takes another context: the present one stands. */
  #rebuild(): void {
    const former = this.#context;
    try {
      this.#build(this.#gain.gain.value);
    } catch {
      // The browser has no room for another one. It is tried again when a person taps.
      return;
    }
    former.onstatechange = null;
    former.close().catch(() => {});
    this.#watch.begin();
    this.#enter();
    this.#context.resume().catch(() => {});
  }

  /** Leads what is received into the context. */
  #enter(): void {
    this.#source?.disconnect();
    const stream = this.#element.srcObject as MediaStream | null;
    this.#source = stream ? this.#context.createMediaStreamSource(stream) : undefined;
    this.#source?.connect(this.#analyser);
  }

  #care(now: number): void {
    // Before a person has tapped, it waits for that.
    if (!this.#hasRun) return;
    const cure = this.#watch.look(this.#context, now);
    if (cure === "resume") this.#context.resume().catch(() => {});
    if (cure === "rebuild") this.#rebuild();
    if (cure === "give-up") this.listener.onChange();
  }

  listen(track: MediaStreamTrack, receiver: RTCRtpReceiver): void {
    const stream = new MediaStream([track]);
    this.#receiver = receiver;
    this.#labels.reset();
    this.#element.srcObject = stream;
    this.#enter();
    this.resume();
  }

  tick(now: number): void {
    const [handed] = this.#receiver?.getSynchronizationSources() ?? [];
    if (handed) this.#labels.add(now, handed);
    this.#care(now);
    const media = this.#labels.at(now);
    if (media === undefined || this.isBlocked) return;
    const end = media - GRAPH_MS;
    if (end <= this.#newest && end > this.#newest - 1_000) return;
    this.#newest = end;
    this.#align(end, now);
    this.#hear(end, now);
  }

  /** Sets the delay so that what is rendered now sounds when it is painted. */
  #align(media: number, now: number): void {
    if (!this.#pace) return;
    const paced = this.#labels.mediaOf(this.#pace.timestamp);
    const wait = media - paced - (now - this.#pace.at) - (this.#context.outputLatency || 0) * 1_000;
    const seconds = Math.min(Math.max(wait, 0), DELAY_MAX_MS) / 1_000;
    const { delayTime } = this.#delay;
    if (Math.abs(seconds - delayTime.value) * 1_000 > ALIGNED_MS)
      delayTime.setTargetAtTime(seconds, this.#context.currentTime, FADE_S);
  }

  #hear(end: number, now: number): void {
    const { fftSize, frequencyBinCount } = this.#analyser;
    const spectrum = new Float32Array(frequencyBinCount);
    this.#analyser.getFloatFrequencyData(spectrum);
    const middle = end - (fftSize / this.#context.sampleRate) * 500;
    const beats: number[] = [];
    if (this.#onsets.add(spectrum, end)) {
      const sound = new Float32Array(fftSize);
      this.#analyser.getFloatTimeDomainData(sound);
      beats.push(end - attackAge(sound, this.#context.sampleRate) * 1_000);
    }
    this.listener.onArrival({ media: middle, durationMs: 0, at: now, via: "udp" });
    this.listener.onHeard([{ media: middle, spectrum }], beats);
  }
}
