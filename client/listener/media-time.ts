import { mediaMsBetween } from "../../server/protocol/timing.ts";

/** What the browser tells of the frame that it handed to the track last. */
export type Source = Pick<RTCRtpSynchronizationSource, "rtpTimestamp" | "timestamp">;

/** The jitter buffer stretches sound as it must; the fit forgets what is older than this. */
const SOUND_KEPT_MS = 500;
/** The audio graph's clock only drifts. */
const GRAPH_KEPT_MS = 2_000;

/**
 * Dates what the audio graph renders with media time, in ms of RTP time.
 *
 * Two clocks meet here, both of which tick in steps of about 10 ms, some of them late: frames are handed to the
 * track, and the graph renders. Lateness only ever holds a clock back, so each is taken where it is furthest
 * ahead of the page's own clock.
 */
export class MediaTime {
  readonly #sound = new Lead(SOUND_KEPT_MS);
  readonly #graph = new Lead(GRAPH_KEPT_MS);
  #last: { timestamp: number; media: number } | undefined;
  #handed = 0;

  /** Takes what the two clocks say at a time of `performance.now()`. */
  add(now: number, graphMs: number, source: Source | undefined): void {
    this.#graph.add(now, graphMs - now);
    if (!source || source.timestamp === this.#handed) return;
    this.#handed = source.timestamp;
    const handed = source.timestamp - performance.timeOrigin;
    this.#last = { timestamp: source.rtpTimestamp, media: this.mediaOf(source.rtpTimestamp) };
    this.#sound.add(handed, this.#last.media - handed);
  }

  /** Whether sound has come. */
  get known(): boolean {
    return this.#last !== undefined;
  }

  /** An RTP timestamp as media time: without the wrap after a day. */
  mediaOf(timestamp: number): number {
    if (!this.#last) return timestamp / 48;
    return this.#last.media + mediaMsBetween(this.#last.timestamp, timestamp);
  }

  /** Media time of the frame that was handed to the track when the graph's time was `graphMs`. */
  at(graphMs: number): number {
    return graphMs + this.#sound.lead - this.#graph.lead;
  }

  /** The graph's clock starts anew: a new audio context. */
  restartGraph(): void {
    this.#graph.clear();
  }
}

/** By how much a clock is ahead of the page's, taken where it was furthest ahead lately. */
class Lead {
  readonly #kept: number;
  #samples: { at: number; lead: number }[] = [];

  constructor(kept: number) {
    this.#kept = kept;
  }

  add(at: number, lead: number): void {
    this.#samples.push({ at, lead });
    while (at - this.#samples[0]!.at > this.#kept) this.#samples.shift();
  }

  get lead(): number {
    return this.#samples.reduce((most, { lead }) => Math.max(most, lead), Number.NEGATIVE_INFINITY);
  }

  clear(): void {
    this.#samples = [];
  }
}
