import { JitterTarget } from "./jitter-target.ts";
import type { PictureSource, SourceOptions } from "./source.ts";

/** How long before it is due a picture is to be decoded, ms: four pictures of 30 a second. */
const LEAD_MS = 120;
/** The same where a browser keeps no decoded picture: it shows each as soon as it has it. */
const LEAD_AT_ONCE_MS = 8;

/** What a browser tells of a picture (W3C `requestVideoFrameCallback`). */
interface FrameMetadata {
  width: number;
  height: number;
  rtpTimestamp?: number;
}

type Element = HTMLVideoElement & {
  requestVideoFrameCallback?(callback: (now: number, metadata: FrameMetadata) => void): number;
};

/** `jitterBufferTarget` in ms, and what Chromium before 124 has instead, in seconds. */
type Delaying = Partial<Record<"jitterBufferTarget" | "playoutDelayHint", number | null>>;

/**
 * Pictures of one layer as the browser itself decodes them, for a video element that nobody sees. Works
 * without WebCodecs, as on plain HTTP.
 */
export class ElementSource implements PictureSource {
  readonly #options: SourceOptions;
  readonly #element: Element = document.createElement("video");
  readonly #keeps = "VideoFrame" in window;
  #target: JitterTarget | undefined;
  #closed = false;

  constructor(options: SourceOptions) {
    this.#options = options;
    const element = this.#element;
    element.muted = element.playsInline = element.autoplay = true;
    element.srcObject = new MediaStream([options.receiver.track]);
    // Refused only where it is paused at once, as by `close`.
    element.play().catch(() => {});
    this.#next();
  }

  close(): void {
    this.#closed = true;
    this.#element.srcObject = null;
    this.#setTarget(null);
  }

  #next(): void {
    const element = this.#element;
    // Chromium has it since 83, Safari since 15.4, Firefox since 132. Others tell the time of the picture.
    if (element.requestVideoFrameCallback) element.requestVideoFrameCallback(this.#take);
    else element.addEventListener("timeupdate", () => this.#take(0, undefined), { once: true });
  }

  readonly #take = (_now: number, metadata: FrameMetadata | undefined): void => {
    if (this.#closed) return;
    this.#next();
    const { layer, onPicture, timesOf } = this.#options;
    const { videoWidth: width, videoHeight: height } = this.#element;
    if (width * height === 0) return;
    // A receiver's RTP times have 32 bits.
    const timestamp = this.#keeps ? metadata?.rtpTimestamp : undefined;
    onPicture({ image: this.#image(width, height), layer, timestamp, arrived: timesOf.wall() ?? 0 });
    if (metadata?.rtpTimestamp !== undefined) this.#tune(metadata.rtpTimestamp);
  };

  #image(width: number, height: number) {
    const picture = this.#keeps ? keptFrame(this.#element) : undefined;
    return { image: picture ?? this.#element, width, height, close: () => picture?.close() };
  }

  /** Has the browser keep pictures as long as it may. */
  #tune(timestamp: number): void {
    const { layer, timesOf } = this.#options;
    const wall = timesOf.wall();
    const due = timesOf.due(layer, timestamp);
    if (wall === undefined || due === undefined) return;
    const isFirst = !this.#target;
    this.#target ??= new JitterTarget(timesOf.delay(), this.#keeps ? LEAD_MS : LEAD_AT_ONCE_MS);
    if (this.#target.take(due - wall, performance.now()) || isFirst) this.#setTarget(this.#target.ms);
  }

  #setTarget(ms: number | null): void {
    const receiver: Delaying = this.#options.receiver;
    try {
      if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = ms;
      else if ("playoutDelayHint" in receiver) receiver.playoutDelayHint = ms === null ? null : ms / 1_000;
    } catch {
      // The browser keeps pictures as long as it likes.
    }
  }
}

/** The picture that an element shows now. It costs no copy. */
function keptFrame(element: HTMLVideoElement): VideoFrame | undefined {
  try {
    return new VideoFrame(element);
  } catch {
    // The element has none.
    return;
  }
}
