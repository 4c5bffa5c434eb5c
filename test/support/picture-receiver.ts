import { writeRemb } from "../../server/media/wire/picture-feedback.ts";
import { type ReportBlock, writeNack, writeReceiverReport } from "../../server/media/wire/rtcp.ts";
import type { RawPeer } from "./raw-peer.ts";

/** Interval of reports while pictures come, ms, as browsers have it. */
const REPORT_MS = 1_000;
/** Interval of requests; how long one waits for an answer, and for how long a packet is asked for, ms. */
const ASK_MS = 20;
const ASK_AGAIN_MS = 200;
const ASK_FOR_MS = 2_000;
/** Most packets that are asked for at once. */
const ASK_MAX = 100;

type Name = "song" | "high" | "low";

/** One stream that a listener receives. */
class Stream {
  readonly name: Name;
  readonly ssrc: number;
  readonly #came = new Set<number>();
  /** When each missing packet was noticed, and asked for, ms. */
  readonly #missing = new Map<number, { since: number; askedAt: number }>();
  #highest: number | undefined;
  #first = 0;
  #reported = { expected: 0, received: 0 };
  /** Longest time until a packet that was missing has come, ms. */
  longestRepairMs = 0;

  constructor(name: Name, ssrc: number) {
    this.name = name;
    this.ssrc = ssrc;
  }

  take(index: number, at: number): void {
    this.#came.add(index);
    const { since } = this.#missing.get(index) ?? {};
    if (since !== undefined) this.longestRepairMs = Math.max(this.longestRepairMs, at - since);
    this.#missing.delete(index);
    if (this.#highest === undefined) this.#highest = this.#first = index;
    for (let n = this.#highest + 1; n < index; n++) this.#missing.set(n, { since: at, askedAt: 0 });
    this.#highest = Math.max(this.#highest, index);
  }

  /** Packets that have not come, however often they were asked for. */
  get lost(): number {
    return this.#highest === undefined ? 0 : this.#highest - this.#first + 1 - this.#came.size;
  }

  get received(): number {
    return this.#came.size;
  }

  /** Packets that are worth asking for, as sequence numbers. */
  wanted(time: number): number[] {
    const due = [...this.#missing]
      .filter(([, { askedAt }]) => time - askedAt >= ASK_AGAIN_MS)
      .slice(0, ASK_MAX);
    for (const [index, missing] of due) {
      missing.askedAt = time;
      if (time - missing.since > ASK_FOR_MS) this.#missing.delete(index);
    }
    return due.map(([index]) => index & 0xffff);
  }

  /** What a receiver report says (RFC 3550 §6.4.1). */
  report(): ReportBlock | undefined {
    if (this.#highest === undefined) return;
    const expected = this.#highest - this.#first + 1;
    const [more, came] = [expected - this.#reported.expected, this.#came.size - this.#reported.received];
    this.#reported = { expected, received: this.#came.size };
    const fractionLost = more <= 0 || came >= more ? 0 : Math.floor(((more - came) * 256) / more);
    const rest = { jitter: 0, lastSenderReport: 0, delaySinceLast: 0 };
    return {
      ssrc: this.ssrc,
      fractionLost,
      lost: expected - this.#came.size,
      highest: this.#highest >>> 0,
      ...rest,
    };
  }
}

/**
 * What a browser does with what it receives: reports once a second, requests for what is missing, and an
 * estimate of the rate that it can receive, where it has noticed that its link is full.
 */
export class PictureListener {
  readonly peer: RawPeer;
  readonly #streams: readonly Stream[];
  readonly #timers: NodeJS.Timeout[];
  #taken = 0;
  #bytes = 0;
  #rate = 0;
  /** The stream of pictures of which a packet has come last. */
  layer: "high" | "low" | undefined;

  constructor(peer: RawPeer) {
    this.peer = peer;
    this.#streams = (["song", "high", "low"] as const).map((name) => new Stream(name, peer.ssrcOf(name)));
    this.#timers = [setInterval(() => this.#ask(), ASK_MS), setInterval(() => this.#report(), REPORT_MS)];
  }

  /** What has come of a stream, and what has not, though it was asked for. */
  of(name: Name): Pick<Stream, "received" | "lost" | "longestRepairMs"> {
    this.#take();
    return this.#streams.find((stream) => stream.name === name)!;
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #take(): void {
    const time = performance.now();
    const { received } = this.peer;
    for (; this.#taken < received.length; this.#taken++) {
      const { ssrc, index, payload } = received[this.#taken]!;
      const stream = this.#streams.find((one) => one.ssrc === ssrc);
      stream?.take(index, time);
      this.#bytes += payload.length + 50;
      if (stream && stream.name !== "song") this.layer = stream.name;
    }
  }

  #ask(): void {
    this.#take();
    const time = performance.now();
    for (const stream of this.#streams) {
      const wanted = stream.wanted(time);
      // Of the layer that it does not get any more it asks for nothing.
      const isOld = stream.name !== "song" && stream.name !== this.layer;
      if (wanted.length > 0 && !isOld) this.peer.sendRtcp(writeNack(1, stream.ssrc, wanted));
    }
  }

  #report(): void {
    this.#take();
    this.#rate = (this.#bytes * 8) / (REPORT_MS / 1_000);
    this.#bytes = 0;
    const active = this.#streams.filter(({ name }) => name === "song" || name === this.layer);
    const blocks = active.flatMap((stream) => stream.report() ?? []);
    if (blocks.length > 0) this.peer.sendRtcp(writeReceiverReport(1, blocks));
    const isFull = blocks.some(({ fractionLost }) => fractionLost > 25);
    const pictures = active.filter(({ name }) => name !== "song").map(({ ssrc }) => ssrc);
    if (pictures.length > 0) this.peer.sendRtcp(writeRemb(1, this.#rate * (isFull ? 0.85 : 1.5), pictures));
  }
}
