import { mediaMsBetween, RTP_PER_MS } from "#protocol/timing.ts";

/** What the browser tells of the frame that it handed to the track last. */
export type Source = Pick<RTCRtpSynchronizationSource, "rtpTimestamp" | "timestamp">;

/** How long it is of interest when a frame was handed to the track. */
const SOUND_KEPT_MS = 1_200;
/** What the jitter buffer takes out or puts in at a time is more than this, ms. */
const STEADY_MS = 1;
/** The audio graph renders in steps of about 10 ms, some of them late; in this time one is not. */
const GRAPH_KEPT_MS = 2_000;
/** In this time most probably one is not, ms. */
const GRAPH_NOW_MS = 150;

/**
 * Dates what the audio graph renders with media time, in ms of RTP time. Two readings meet here: when which
 * frame was handed to the track, which moves in steps as the jitter buffer stretches sound; and how much the
 * graph has rendered by when, which ticks in steps, and is right where it is furthest ahead.
 */
export class MediaTime {
  readonly #frames: { at: number; lead: number }[] = [];
  readonly #graph: { at: number; lead: number }[] = [];
  #last: { timestamp: number; media: number } | undefined;
  #handedAt = 0;

  /** Takes what there is to read at a time of `performance.now()`. */
  add(now: number, graphMs: number, source: Source | undefined): void {
    keep(this.#graph, { at: now, lead: graphMs - now }, GRAPH_KEPT_MS);
    if (!source || source.timestamp === this.#handedAt) return;
    this.#handedAt = source.timestamp;
    const at = pageTime(source.timestamp, now);
    const media = this.mediaOf(source.rtpTimestamp);
    this.#last = { timestamp: source.rtpTimestamp, media };
    keep(this.#frames, { at, lead: media - at }, SOUND_KEPT_MS);
  }

  /** Whether sound has come. */
  get known(): boolean {
    return this.#last !== undefined;
  }

  /** An RTP timestamp as media time: without the wrap after a day. */
  mediaOf(timestamp: number): number {
    if (!this.#last) return timestamp / RTP_PER_MS;
    return this.#last.media + mediaMsBetween(this.#last.timestamp, timestamp);
  }

  /** The RTP timestamp of a media time, once sound has come. */
  timestampOf(media: number): number {
    const { timestamp, media: last } = this.#last!;
    return (timestamp + Math.round((media - last) * RTP_PER_MS)) >>> 0;
  }

  /**
   * By how much the graph's time is ahead of the page's of late, in ms; it falls when the graph has missed a
   * beat.
   */
  get graphLead(): number {
    return this.#leadSince(this.#graph.at(-1)!.at - GRAPH_NOW_MS);
  }

  /** Media time minus the graph's time, as if the graph held nothing back, in ms. */
  get offset(): number {
    const leads = this.#frames.map(({ lead }) => lead).sort((a, b) => a - b);
    return leads[leads.length >> 1]! - this.#leadSince(Number.NEGATIVE_INFINITY);
  }

  /** Whether sound was handed on evenly of late. */
  get steady(): boolean {
    const leads = this.#frames.map(({ lead }) => lead);
    return leads.length > 1 && Math.max(...leads) - Math.min(...leads) < STEADY_MS;
  }

  #leadSince(from: number): number {
    let most = Number.NEGATIVE_INFINITY;
    for (const { at, lead } of this.#graph) if (at >= from) most = Math.max(most, lead);
    return most;
  }

  /** Another stream, whose times have nothing to do with those before. */
  restartStream(): void {
    this.#frames.length = 0;
    this.#last = undefined;
    this.#handedAt = 0;
  }

  /** The graph's clock starts anew: a new audio context. */
  restartGraph(): void {
    this.#graph.length = 0;
  }
}

/** Browsers differ in whether the timestamp counts from 1970 or from the page's start. */
function pageTime(timestamp: number, now: number): number {
  const since1970 = timestamp - performance.timeOrigin;
  return Math.abs(since1970 - now) < Math.abs(timestamp - now) ? since1970 : timestamp;
}

function keep<Entry extends { at: number }>(entries: Entry[], entry: Entry, forMs: number): void {
  entries.push(entry);
  while (entry.at - entries[0]!.at > forMs) entries.shift();
}
