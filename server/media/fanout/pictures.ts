import type { MediaClockReading } from "../../protocol/timing.ts";
import type { Relay } from "../../relay/relay.ts";
import { now } from "../clock.ts";
import type { BroadcastId, PictureCodec, PictureLayer } from "../model.ts";
import type { PictureQueue } from "./picture-queue.ts";
import { PictureStream } from "./picture-stream.ts";

/** The layers of a picture, by name. */
export const LAYERS: readonly PictureLayer[] = ["high", "low"];

/** How often it is said that listeners take pictures which another machine would have to send, ms. */
const WANT_INTERVAL_MS = 2_000;

/** What the main thread is told of a broadcast's pictures. */
export interface PictureEvents {
  /** A listener of this thread needs a key frame, and the publisher is not in this thread. */
  keyframeWanted(layer: PictureLayer): void;
  /** Listeners of this thread take pictures, and the publisher is not in this thread. */
  wanted(): void;
  /** A publisher of this thread has begun to send pictures, or sends none any more. */
  flow(publisher: number, codec: PictureCodec | undefined): void;
  /** The time of a layer's pictures is known, or has moved. */
  clock(layer: PictureLayer, reading: MediaClockReading): void;
}

/** A publisher of this thread, as pictures need it. */
export interface PictureSource {
  /** The publisher's number; one with a greater number has replaced those with smaller ones. */
  readonly number: number;
  /** Sends the host a request for a key frame. */
  requestKeyframe(layer: PictureLayer): void;
}

/** A listener of pictures, told when a layer begins or ceases to flow. */
export interface FlowListener {
  flowChanged(time: number): void;
}

/** The layers of a broadcast's picture in one thread. */
export class Pictures {
  readonly events: PictureEvents;
  readonly #streams: Readonly<Record<PictureLayer, PictureStream>>;
  readonly #listeners = new Set<FlowListener>();
  readonly #flowing = new Set<PictureLayer>();
  #wantedAt = Number.NEGATIVE_INFINITY;
  #source: PictureSource | undefined;

  constructor(
    id: BroadcastId,
    relay: Relay | undefined,
    queue: Pick<PictureQueue, "add">,
    events: PictureEvents,
  ) {
    this.events = events;
    const open = (layer: PictureLayer, begun: () => void) =>
      new PictureStream(id, layer, relay, queue, () => this.#request(layer), begun);
    // Listeners take the first key frame of the low layer, with which they begin. That the high layer flows
    // alone is known only some time later, when the low one has not come.
    this.#streams = {
      high: open("high", () => {}),
      low: open("low", () => this.#noticeFlows(now())),
    };
  }

  stream(layer: PictureLayer): PictureStream {
    return this.#streams[layer];
  }

  /** Requests of this thread's listeners go to this publisher from now on. */
  setSource(source: PictureSource): void {
    if (!this.#source || source.number >= this.#source.number) this.#source = source;
  }

  /** The publisher is closed; idempotent. */
  removeSource(source: PictureSource): void {
    if (this.#source === source) this.#source = undefined;
  }

  addListener(listener: FlowListener): void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#want(now());
  }

  /** Removes a listener; idempotent. */
  removeListener(listener: FlowListener): void {
    this.#listeners.delete(listener);
  }

  /** A listener of another thread or machine needs a key frame. Ignored if the publisher is not here. */
  receiveRequest(layer: PictureLayer): void {
    if (this.#source) this.stream(layer).requestKeyframe();
  }

  /** Notices which layers flow, and repeats requests that had no effect. Call it every 100 ms. */
  tick(time: number): void {
    for (const layer of LAYERS) this.stream(layer).tick(time);
    this.#noticeFlows(time);
    if (this.#listeners.size > 0 && time - this.#wantedAt >= WANT_INTERVAL_MS) this.#want(time);
  }

  /** Sends nothing more; idempotent. */
  close(): void {
    for (const layer of LAYERS) this.stream(layer).close();
    this.#listeners.clear();
  }

  #noticeFlows(time: number): void {
    let hasChanged = false;
    for (const layer of LAYERS) {
      const stream = this.stream(layer);
      if (stream.isFlowing(time) === this.#flowing.has(layer)) continue;
      hasChanged = true;
      if (!this.#flowing.delete(layer)) this.#flowing.add(layer);
    }
    if (!hasChanged) return;
    for (const listener of [...this.#listeners]) listener.flowChanged(time);
  }

  /** Listeners here take pictures, whose publisher may be at another machine. */
  #want(time: number): void {
    if (this.#source) return;
    this.#wantedAt = time;
    this.events.wanted();
  }

  #request(layer: PictureLayer): void {
    if (this.#source) this.#source.requestKeyframe(layer);
    else this.events.keyframeWanted(layer);
  }
}
