import type { Report } from "../../server/protocol/messages.ts";
import { canBeExact, Exact } from "../shared/exact.ts";
import { MediaTime } from "./media-time.ts";
import type { Sound } from "./sound.ts";

/** What the audio graph holds back between the track and the analyser, in most browsers, until it is measured, ms. */
const USUAL_GRAPH_MS = 8;

/** What light takes beside the jitter buffer: the network, the audio graph, half of the analyser's window; ms. */
const USUAL_WAY_MS = 50;

/** What is heard at a moment, and when it was to be heard. */
export interface Heard {
  /** In dB per bin. */
  spectrum: Float32Array;
  /** Media time of the middle of what the spectrum looks at, ms. */
  media: number;
}

/** Dates what the analyser holds: at once by what the browser tells, and soon, where it can, by the frames themselves. */
export class Dating {
  readonly time = new MediaTime();
  readonly #sound: Sound;
  #receiver: RTCRtpReceiver | undefined;
  #graphMs = USUAL_GRAPH_MS;
  readonly #exact: Exact | undefined;
  #isExact = false;

  constructor(sound: Sound) {
    this.#sound = sound;
    if (!canBeExact()) return;
    this.#exact = new Exact(
      () => this.#piece(),
      (lateMs) => {
        this.#graphMs -= lateMs;
        this.#isExact = true;
      },
    );
  }

  get precision(): Report["precision"] {
    if (!this.time.known) return "buffer";
    return this.#isExact ? "exact" : "graph";
  }

  /** A receiver is made, through which sound may come later. */
  prepare(receiver: RTCRtpReceiver): void {
    this.#exact?.watch(receiver);
  }

  /** The sound comes from this receiver from now on. */
  listen(receiver: RTCRtpReceiver): void {
    this.#receiver = receiver;
  }

  /** The audio graph begins anew, and with it all that was measured of it. */
  restart(): void {
    this.time.restartGraph();
    this.#graphMs = USUAL_GRAPH_MS;
    this.#isExact = false;
  }

  /** Sound is heard again: measures by its frames, where the browser can. */
  refine(): void {
    this.#exact?.calibrate();
  }

  /**
   * Where the browser tells no times, the jitter buffer itself holds sound back, about as long as the wall waits.
   * @param delay the wall delay, ms
   */
  hold(delay: number): void {
    if (!this.#receiver || !("jitterBufferTarget" in this.#receiver)) return;
    this.#receiver.jitterBufferTarget = Math.max(Math.round(delay - USUAL_WAY_MS), 0);
  }

  /** What is heard now. */
  hear(): Heard {
    const rendered = this.#sound.renderedMs;
    this.time.add(performance.now(), rendered, this.#receiver?.getSynchronizationSources()[0]);
    const middle = rendered - this.#sound.lookBackMs;
    const media = this.time.known ? this.time.at(middle - this.#graphMs) : middle;
    return { spectrum: this.#sound.spectrum(), media };
  }

  #piece() {
    if (!this.time.known) return;
    const timestamp = this.time.timestampOf(this.time.at(this.#sound.renderedMs - this.#graphMs));
    return { sound: this.#sound.waveform(), rate: this.#sound.sampleRate, timestamp };
  }
}
