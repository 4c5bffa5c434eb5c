import { fftSizeFor } from "../../light/band.ts";
import { SAMPLE_RATE_HZ } from "../broadcast/uplink.ts";
import { Channel } from "./channel.ts";
import { Limiter } from "./limiter.ts";
import type { GraphTime } from "./sent-time.ts";

/** Time constant of a change of gain: long enough to make no click, too short to be noticed. */
const GAIN_GLIDE_S = 0.015;
/** Time constant of a change of the local delay: long enough for the pitch to stay the same. */
const DELAY_GLIDE_S = 0.4;
/** The greatest local delay: more than the greatest wall delay and the time to the server. */
const DELAY_MAX_S = 3;
/** The longest wait for a browser to start sound. */
const RESUME_TIMEOUT_MS = 1_500;

/**
 * The audio graph from the song to the broadcast and to this computer's loudspeaker:
 *
 *     channels → limiter ─┬→ stream destination → track (to the broadcast)
 *                         ├→ analyser (meter, light and previews)
 *                         └→ volume → local gain → delay → loudspeaker
 *
 * The broadcast does not depend on the volume: what a person sets for their own ears must not darken a wall.
 * There is one for the page. Its track continues, in silence, while one song replaces another. Create
 * it in a handler of a press: before one, browsers start no sound.
 */
export class Output {
  readonly track: MediaStreamTrack;
  readonly analyser: AnalyserNode;
  readonly context = new AudioContext({ sampleRate: SAMPLE_RATE_HZ, latencyHint: "balanced" });
  /** Where all sound comes together. */
  readonly #limiter = new Limiter(this.context);
  readonly #volume = this.context.createGain();
  readonly #local = this.context.createGain();
  readonly #delay = this.context.createDelay(DELAY_MAX_S);
  /** The delay of the loudspeaker. */
  localDelayMs = 0;

  /** @param onHalt called when the browser or the system stops all sound, as for a phone call */
  constructor(onHalt: () => void) {
    const destination = this.context.createMediaStreamDestination();
    const [track] = destination.stream.getAudioTracks();
    this.track = track!;
    // For an encoder without voice processing: full bandwidth, stereo.
    this.track.contentHint = "music";
    this.analyser = this.context.createAnalyser();
    this.analyser.smoothingTimeConstant = 0;
    this.analyser.fftSize = fftSizeFor(SAMPLE_RATE_HZ);
    const { out } = this.#limiter;
    out.connect(destination);
    out.connect(this.analyser);
    out.connect(this.#volume).connect(this.#local).connect(this.#delay).connect(this.context.destination);
    let ran = false;
    this.context.onstatechange = () => {
      const halted = ran && this.context.state !== "running";
      ran = this.context.state === "running";
      // A lost loudspeaker has a successor most often, with which the sound goes on.
      if (halted) void this.resume().then((isBack) => isBack || onHalt());
    };
  }

  /** The graph's sample rate, Hz. */
  get sampleRate(): number {
    return this.context.sampleRate;
  }

  /** Lets sound in: from now on an element is heard through the graph only. */
  connect(source: HTMLAudioElement | AudioNode): Channel {
    const isNode = source instanceof AudioNode;
    return new Channel(isNode ? source : this.context.createMediaElementSource(source), this.#limiter.in);
  }

  /**
   * Starts the graph.
   * @returns false if the browser still waits for a press
   */
  async resume(): Promise<boolean> {
    // Without a press the browser leaves the promise of `resume` pending.
    const timeout = new Promise((resolve) => setTimeout(resolve, RESUME_TIMEOUT_MS));
    await Promise.race([this.context.resume(), timeout]);
    return this.context.state === "running";
  }

  /**
   * Sets the volume of the loudspeaker.
   * @param slider 0..1; it is squared, as equal steps of the square sound about equal
   */
  setVolume(slider: number): void {
    this.#glide(this.#volume.gain, slider ** 2);
  }

  setLocalSound(on: boolean): void {
    this.#glide(this.#local.gain, on ? 1 : 0);
  }

  /** Delays the loudspeaker. */
  setLocalDelay(delayMs: number): void {
    this.localDelayMs = delayMs;
    const seconds = Math.min(Math.max(delayMs / 1_000, 0), DELAY_MAX_S);
    this.#delay.delayTime.setTargetAtTime(seconds, this.context.currentTime, DELAY_GLIDE_S);
  }

  /** The time from the graph to the loudspeaker, if the browser reports it. */
  get latencyMs(): number {
    return (this.context.outputLatency || this.context.baseLatency) * 1_000;
  }

  /** The graph's time now. */
  get time(): GraphTime {
    const rendered = this.context.currentTime;
    const { contextTime, performanceTime } = this.context.getOutputTimestamp();
    const isKnown = contextTime && performanceTime;
    const origin = isKnown
      ? performanceTime - contextTime * 1_000
      : performance.now() + this.latencyMs - rendered * 1_000;
    return { rendered, origin };
  }

  #glide(gain: AudioParam, to: number): void {
    gain.setTargetAtTime(to, this.context.currentTime, GAIN_GLIDE_S);
  }
}
