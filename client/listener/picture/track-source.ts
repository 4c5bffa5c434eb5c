import { ElementSource } from "./element-source.ts";
import { ReceiverDelay } from "./receiver-delay.ts";
import { LEAD_MS, type PictureSource, type SourceOptions } from "./source.ts";

/** Pictures that wait while the page is busy. */
const WAITING_MAX = 8;

/** Gives the pictures of a track (W3C MediaStreamTrack Insertable Media Processing, in a page as well). */
interface Processor {
  readonly readable: ReadableStream<VideoFrame>;
}
type ProcessorClass = new (init: { track: MediaStreamTrack; maxBufferSize: number }) => Processor;
/** The RTP time of a received picture (W3C VideoFrame Metadata Registry). */
type Dated = VideoFrame & { metadata?(): { rtpTimestamp?: number } };

function processorClass(): ProcessorClass | undefined {
  if (!("VideoFrame" in window && "metadata" in VideoFrame.prototype)) return;
  return (window as { MediaStreamTrackProcessor?: ProcessorClass }).MediaStreamTrackProcessor;
}

/** Opens the best source of pictures that this browser has. */
export function openSource(options: SourceOptions): PictureSource {
  const Processor = processorClass();
  return Processor ? new TrackSource(options, Processor) : new ElementSource(options);
}

/**
 * Pictures of one layer as the browser decodes them, in threads of its own. Chromium has it, on plain HTTP
 * too. Unlike a video element it gives every picture, also while the page is busy for some of them.
 */
class TrackSource implements PictureSource {
  readonly #options: SourceOptions;
  readonly #delay: ReceiverDelay;
  /** A copy of the receiver's track, which can be ended. */
  readonly #track: MediaStreamTrack;
  readonly #reader: ReadableStreamDefaultReader<VideoFrame>;
  /** Takes its place where the browser does not tell the times of pictures. */
  #element: ElementSource | undefined;
  #closed = false;

  constructor(options: SourceOptions, Processor: ProcessorClass) {
    this.#options = options;
    this.#delay = new ReceiverDelay(options, LEAD_MS);
    this.#track = options.receiver.track.clone();
    const { readable } = new Processor({ track: this.#track, maxBufferSize: WAITING_MAX });
    this.#reader = readable.getReader();
    // Rejects if the stream fails.
    this.#read().catch(() => {});
  }

  close(): void {
    this.#closed = true;
    this.#track.stop();
    this.#delay.reset();
    this.#element?.close();
  }

  /**
   * Reads until the track ends. A stream that is cancelled leaves the pictures in it to the garbage
   * collector, which is late for memory of a GPU. So the track is ended instead, and they are closed here.
   */
  async #read(): Promise<void> {
    while (true) {
      const { value: frame } = await this.#reader.read();
      if (!frame) return;
      const { rtpTimestamp } = (frame as Dated).metadata?.() ?? {};
      if (this.#closed || this.#element || rtpTimestamp === undefined) {
        frame.close();
        if (!this.#closed) this.#giveUp();
        continue;
      }
      const { layer, onPicture, timesOf } = this.#options;
      onPicture({
        image: {
          image: frame,
          width: frame.displayWidth,
          height: frame.displayHeight,
          close: () => frame.close(),
        },
        layer,
        timestamp: rtpTimestamp,
        arrived: timesOf.wall() ?? 0,
      });
      this.#delay.decoded(rtpTimestamp);
    }
  }

  #giveUp(): void {
    this.#track.stop();
    this.#element ??= new ElementSource(this.#options);
  }
}
