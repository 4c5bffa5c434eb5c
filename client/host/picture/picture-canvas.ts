import { signal } from "@preact/signals";
import { DrawTimes } from "./draw-times.ts";
import { type Size, sentSize } from "./picture-size.ts";

/**
 * The picture that is sent: a canvas on which the present source is drawn. So a source may change, stand or
 * have any size, and the track stays the same. It is on no page: hidden pages draw on it too.
 */
export class PictureCanvas {
  readonly canvas = document.createElement("canvas");
  /** What is sent, in one track. */
  readonly stream: MediaStream;
  /** Of the picture, px; undefined while there is none. */
  readonly size = signal<Size | undefined>();
  readonly #context = this.canvas.getContext("2d", { alpha: false })!;
  readonly #times = new DrawTimes();
  #video: HTMLVideoElement | undefined;
  #ticks: Worker | undefined;
  /** How often {@link show} was called. */
  #shows = 0;

  constructor() {
    this.stream = this.canvas.captureStream();
  }

  get track(): MediaStreamTrack {
    return this.stream.getVideoTracks()[0]!;
  }

  /**
   * Draws another source from now on; with undefined, none.
   * @param hint what an encoder is to keep (W3C mst-content-hint)
   */
  show(video: HTMLVideoElement | undefined, hint: "motion" | "detail"): void {
    this.#video = video;
    this.#shows += 1;
    this.#times.begin();
    if (!video) {
      this.#ticks?.terminate();
      this.#ticks = undefined;
      this.size.value = undefined;
      return;
    }
    this.track.contentHint = hint;
    this.#ticks ??= this.#startTicks();
    this.#follow(video);
    this.#draw();
  }

  #startTicks(): Worker {
    const worker = new Worker(new URL("./tick-worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = () => {
      const isTold = !document.hidden && "requestVideoFrameCallback" in HTMLVideoElement.prototype;
      if (this.#times.isDueAt(performance.now(), isTold)) this.#draw();
    };
    return worker;
  }

  /** Draws each picture when the browser has it. */
  #follow(video: HTMLVideoElement): void {
    if (!("requestVideoFrameCallback" in video)) return;
    // The same video may come again before its next picture, and must not be followed twice.
    const show = this.#shows;
    const next = () => {
      if (show !== this.#shows) return;
      if (this.#times.isDueFor(performance.now())) this.#draw();
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  }

  #draw(): void {
    const { canvas } = this;
    const video = this.#video;
    if (!video) return;
    const hasPicture = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0;
    // While a film looks for another place, the picture before it stays.
    if (!hasPicture) {
      this.#context.drawImage(canvas, 0, 0);
      return;
    }
    const size = sentSize({ width: video.videoWidth, height: video.videoHeight });
    if (size.width !== canvas.width || size.height !== canvas.height) {
      [canvas.width, canvas.height] = [size.width, size.height];
      this.#context.imageSmoothingQuality = "high";
    }
    this.#context.drawImage(video, 0, 0, size.width, size.height);
    const { width, height } = this.size.peek() ?? {};
    if (width !== size.width || height !== size.height) this.size.value = size;
  }
}
