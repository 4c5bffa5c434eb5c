import { ReceiverDelay } from "./receiver-delay.ts";
import { LEAD_MS, type PictureSource, type SourceOptions } from "./source.ts";

/** The lead where a browser keeps no decoded picture, ms: it shows each as soon as it has it. */
const LEAD_AT_ONCE_MS = 8;

/** What a browser tells of a picture (WICG `requestVideoFrameCallback`). */
interface FrameMetadata {
  rtpTimestamp?: number;
}

type Element = HTMLVideoElement & {
  requestVideoFrameCallback?(callback: (now: number, metadata: FrameMetadata) => void): number;
};

/** Pictures of one layer in a video element that nobody sees, as every browser has it. */
export class ElementSource implements PictureSource {
  readonly #options: SourceOptions;
  readonly #element: Element = document.createElement("video");
  /** Whether a picture can be kept while the element goes on. */
  readonly #keeps = "VideoFrame" in window;
  readonly #delay: ReceiverDelay;
  #closed = false;

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#delay = new ReceiverDelay(options, this.#keeps ? LEAD_MS : LEAD_AT_ONCE_MS);
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
    this.#delay.reset();
  }

  #next(): void {
    const element = this.#element;
    // Chromium has it since 83, Safari since 15.4, Firefox since 132. Others tell the time of the picture.
    if (element.requestVideoFrameCallback) element.requestVideoFrameCallback(this.#take);
    else element.addEventListener("timeupdate", () => this.#take(0, {}), { once: true });
  }

  readonly #take = (_now: number, { rtpTimestamp }: FrameMetadata): void => {
    if (this.#closed) return;
    this.#next();
    const { layer, onPicture, timesOf } = this.#options;
    const { videoWidth: width, videoHeight: height } = this.#element;
    if (width * height === 0) return;
    const kept = this.#keeps ? keptFrame(this.#element) : undefined;
    onPicture({
      image: { image: kept ?? this.#element, width, height, close: () => kept?.close() },
      layer,
      // An element goes on by itself: what it shows is due now.
      timestamp: kept ? rtpTimestamp : undefined,
      arrived: timesOf.wall() ?? 0,
    });
    if (rtpTimestamp !== undefined) this.#delay.decoded(rtpTimestamp);
  };
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
