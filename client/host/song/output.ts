import { AudioClockWatch } from "../../shared/audio-clock.ts";
import { Channel } from "./channel.ts";
import { DELAY_MAX_S, Graph } from "./graph.ts";
import type { GraphTime } from "./sent-time.ts";

/** Time constant of a change of gain: long enough to make no click, too short to be noticed. */
const GAIN_GLIDE_S = 0.015;
/** Time constant of a change of the local delay: long enough for the pitch to stay the same. */
const DELAY_GLIDE_S = 0.4;
/** The longest wait for a browser to start sound. */
const RESUME_TIMEOUT_MS = 1_500;
/** How often it is looked at whether the graph runs. */
const LOOK_MS = 250;

export interface OutputListener {
  /** Whether anything is to be heard. */
  isWanted(): boolean;
  /** Another graph has taken the place of one that stood. All that sounds must enter it; its track is new. */
  onRebuilt(): void;
  /** The browser or the system has stopped all sound, as for a phone call. */
  onHalt(): void;
}

/**
 * Where the song is broadcast and heard. The broadcast does not depend on the volume: what a person sets for
 * their own ears must not darken a wall. There is one for the page. Its track continues, in silence,
 * while one song replaces another. Create it in a handler of a press: before one, browsers start no sound.
 */
export class Output {
  readonly #listener: OutputListener;
  readonly #watch = new AudioClockWatch();
  #graph: Graph;
  #volume = 1;
  #isLocal = true;
  /** The delay of the loudspeaker. */
  localDelayMs = 0;

  /** @throws DOMException if the browser has no sound */
  constructor(listener: OutputListener) {
    this.#listener = listener;
    this.#graph = this.#build();
    setInterval(() => this.#look(), LOOK_MS);
  }

  get context(): AudioContext {
    return this.#graph.context;
  }

  /** What is broadcast. */
  get track(): MediaStreamTrack {
    return this.#graph.track;
  }

  get analyser(): AnalyserNode {
    return this.#graph.analyser;
  }

  /** The graph's sample rate, Hz. */
  get sampleRate(): number {
    return this.context.sampleRate;
  }

  /** Lets sound in: from now on an element is heard through the graph only. */
  connect(source: HTMLMediaElement | AudioNode): Channel {
    const isNode = source instanceof AudioNode;
    return new Channel(isNode ? source : this.context.createMediaElementSource(source), this.#graph.in);
  }

  /**
   * Starts the graph.
   * @returns false if the browser still waits for a press
   */
  async resume(): Promise<boolean> {
    // Without a press the browser leaves the promise of `resume` pending.
    const timeout = new Promise((resolve) => setTimeout(resolve, RESUME_TIMEOUT_MS));
    // Safari refuses during a phone call.
    await Promise.race([this.context.resume().catch(() => {}), timeout]);
    return this.context.state === "running";
  }

  /**
   * Sets the volume of the loudspeaker.
   * @param slider 0..1; it is squared, as equal steps of the square sound about equal
   */
  setVolume(slider: number): void {
    this.#volume = slider ** 2;
    this.#glide(this.#graph.volume.gain, this.#volume);
  }

  setLocalSound(on: boolean): void {
    this.#isLocal = on;
    this.#glide(this.#graph.local.gain, Number(on));
  }

  /** Delays the loudspeaker. */
  setLocalDelay(delayMs: number): void {
    this.localDelayMs = delayMs;
    const { delayTime } = this.#graph.delay;
    delayTime.setTargetAtTime(this.#localDelayS, this.context.currentTime, DELAY_GLIDE_S);
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

  get #localDelayS(): number {
    return Math.min(Math.max(this.localDelayMs / 1_000, 0), DELAY_MAX_S);
  }

  /**
   * Takes another graph if the present one was given up. To be called in a handler of a press.
   * @returns whether it did
   */
  renew(): boolean {
    if (!this.#watch.hasGivenUp) return false;
    this.#watch.retry();
    return this.#rebuild();
  }

  #look(): void {
    if (!this.#listener.isWanted()) return;
    const cure = this.#watch.look(this.context, performance.now());
    if (cure === "resume") void this.resume();
    else if (cure === "rebuild") this.#rebuild();
    else if (cure === "give-up") this.#listener.onHalt();
  }

  /** @returns false if the browser has no room for another graph */
  #rebuild(): boolean {
    const former = this.#graph;
    try {
      this.#graph = this.#build();
    } catch {
      return false;
    }
    former.close();
    this.#watch.begin();
    void this.resume();
    this.#listener.onRebuilt();
    return true;
  }

  #build(): Graph {
    const graph = new Graph();
    graph.volume.gain.value = this.#volume;
    graph.local.gain.value = Number(this.#isLocal);
    graph.delay.delayTime.value = this.#localDelayS;
    // A lost loudspeaker has a successor most often, with which the sound goes on.
    graph.context.onstatechange = () => {
      if (graph.context.state !== "running" && this.#listener.isWanted()) void this.resume();
    };
    return graph;
  }

  #glide(gain: AudioParam, to: number): void {
    gain.setTargetAtTime(to, this.context.currentTime, GAIN_GLIDE_S);
  }
}
