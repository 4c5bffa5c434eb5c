import type { Report } from "../../server/protocol/messages.ts";
import { attackAge } from "../light/attack.ts";
import { canBeExact, Exact } from "../shared/exact.ts";
import { MediaTime } from "./media-time.ts";
import type { Sound } from "./sound.ts";

/** What the audio graph holds back between the track and the analyser, in most browsers, until it is measured, ms. */
const USUAL_GRAPH_MS = 8;

/** What light takes beside the jitter buffer: the network, the audio graph, half of the analyser's window; ms. */
const USUAL_WAY_MS = 50;

/** Measured again when the graph's clock has moved by this, but not while a measurement may go on, ms. */
const MOVED_MS = 3;
const MEASURE_INTERVAL_MS = 5_000;
const STALL_MS = 40;

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
  /**
   * How the graph's time stood to the page's when it was measured first. Sound that waits in the graph while it misses
   * a beat comes later by just as much, so what was measured goes on to hold.
   */
  #graphLead: number | undefined;
  /** The same when it was measured last: what has moved since is worth another look. */
  #measuredLead = 0;
  #measuredAt = 0;

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
    this.#graphLead = undefined;
  }

  /** Sound is heard again: measures by its frames, where the browser can. */
  refine(): void {
    this.#measure(performance.now());
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
    const now = performance.now();
    this.time.add(now, rendered, this.#receiver?.getSynchronizationSources()[0]);
    if (this.#hasMoved(now)) this.#measure(now);
    const middle = rendered - this.#sound.lookBackMs;
    return { spectrum: this.#sound.spectrum(), media: this.time.known ? this.#mediaAt(middle) : middle };
  }

  /** Media time at which the beat begins that was just heard, ms. */
  attack(): number {
    const age = attackAge(this.#sound.waveform(), this.#sound.sampleRate) * 1_000;
    const begin = this.#sound.renderedMs - age;
    return this.time.known ? this.#mediaAt(begin) : begin;
  }

  #mediaAt(graphMs: number): number {
    return this.time.at(graphMs - this.#graphMs, this.#graphLead);
  }

  #hasMoved(now: number): boolean {
    if (this.#graphLead === undefined) return false;
    const moved = Math.abs(this.time.graphLead - this.#measuredLead);
    return moved > STALL_MS || (moved > MOVED_MS && now - this.#measuredAt > MEASURE_INTERVAL_MS);
  }

  #measure(now: number): void {
    if (!this.#exact) return;
    const lead = this.time.graphLead;
    // The graph keeps only so much waiting: after a longer stall nothing of before holds.
    if (Math.abs(lead - (this.#graphLead ?? lead)) > STALL_MS) this.restart();
    this.#measuredAt = now;
    this.#measuredLead = lead;
    this.#graphLead ??= lead;
    this.#exact.calibrate();
  }

  #piece() {
    if (!this.time.known) return;
    const timestamp = this.time.timestampOf(this.#mediaAt(this.#sound.renderedMs));
    return { sound: this.#sound.waveform(), rate: this.#sound.sampleRate, timestamp };
  }
}
