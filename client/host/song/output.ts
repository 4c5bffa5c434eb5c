import { readGraph } from "../../shared/read-graph.ts";
import { SAMPLE_RATE_HZ } from "../broadcast/uplink.ts";

/** Seconds in which a gain moves most of the way: no clicks, and no lag to the hand. */
const GLIDE_S = 0.015;

/** The same for the delay of the local sound: slow enough for its pitch to hold. */
const DELAY_GLIDE_S = 0.4;
/** More than the greatest wall delay and all that comes to it, s. */
const DELAY_MAX_S = 3;

/** How long a browser may take to start sound that it allows, ms. */
const RESUME_MS = 1_500;

/**
 * The way from a song to the wall:
 *
 *     source → volume ─┬→ stream destination → track (to the broadcast)
 *                      ├→ analyser (meter and preview: what leaves)
 *                      └→ local gain → delay → loudspeaker
 *
 * It lives as long as the page, so songs come and go while the track goes on, silent in between.
 * Make it in answer to a press: browsers let no sound start before one.
 */
export class Output {
  readonly track: MediaStreamTrack;
  readonly analyser: AnalyserNode;
  readonly #context = new AudioContext({ sampleRate: SAMPLE_RATE_HZ, latencyHint: "balanced" });
  readonly #volume = this.#context.createGain();
  readonly #local = this.#context.createGain();
  readonly #delay = this.#context.createDelay(DELAY_MAX_S);
  /** How long the loudspeaker waits, in ms. */
  localDelayMs = 0;

  /** @param onHalt the browser or the system has stopped all sound, as on a phone call */
  constructor(onHalt: () => void) {
    const destination = this.#context.createMediaStreamDestination();
    const [track] = destination.stream.getAudioTracks();
    this.track = track!;
    // Tells the encoder that this is no speech: full bandwidth, stereo, no voice processing.
    this.track.contentHint = "music";
    this.analyser = this.#context.createAnalyser();
    this.analyser.smoothingTimeConstant = 0;
    this.#volume.connect(destination);
    this.#volume.connect(this.analyser);
    this.#volume.connect(this.#local).connect(this.#delay).connect(this.#context.destination);
    let ran = false;
    this.#context.onstatechange = () => {
      if (ran && this.#context.state !== "running") onHalt();
      ran = this.#context.state === "running";
    };
  }

  /** Samples a second in the graph. */
  get sampleRate(): number {
    return this.#context.sampleRate;
  }

  /** Sends an element's sound this way and no other. Disconnect the returned node to end it. */
  connect(element: HTMLAudioElement): AudioNode {
    const source = this.#context.createMediaElementSource(element);
    source.connect(this.#volume);
    return source;
  }

  /** Wakes the graph. False where the browser still waits for a press. */
  async resume(): Promise<boolean> {
    // Not awaited alone: without a press the browser leaves the promise pending.
    const patience = new Promise((resolve) => setTimeout(resolve, RESUME_MS));
    await Promise.race([this.#context.resume(), patience]);
    return this.#context.state === "running";
  }

  /** @param slider 0..1; squared, so that equal steps of the hand are about equal steps to the ear */
  setVolume(slider: number): void {
    this.#glide(this.#volume.gain, slider ** 2);
  }

  setLocalSound(on: boolean): void {
    this.#glide(this.#local.gain, on ? 1 : 0);
  }

  /** Lets the loudspeaker wait, in ms. */
  setLocalDelay(delay: number): void {
    this.localDelayMs = delay;
    const seconds = Math.min(Math.max(delay / 1_000, 0), DELAY_MAX_S);
    this.#delay.delayTime.setTargetAtTime(seconds, this.#context.currentTime, DELAY_GLIDE_S);
  }

  /** From the graph to the loudspeaker, in ms, as far as the browser tells. */
  get latencyMs(): number {
    return (this.#context.outputLatency || this.#context.baseLatency) * 1_000;
  }

  /**
   * What has left last, as samples, and when the last of it would be heard without delay: a time of
   * `performance.now()`, in ms.
   */
  heard(): { sound: Float32Array; at: number } {
    const sound = new Float32Array(this.analyser.fftSize);
    const [, rendered] = readGraph(this.#context, () => this.analyser.getFloatTimeDomainData(sound));
    const { contextTime, performanceTime } = this.#context.getOutputTimestamp();
    const isTold = contextTime && performanceTime;
    const at = isTold
      ? performanceTime + (rendered - contextTime) * 1_000
      : performance.now() + this.latencyMs;
    return { sound, at };
  }

  #glide(gain: AudioParam, to: number): void {
    gain.setTargetAtTime(to, this.#context.currentTime, GLIDE_S);
  }
}
