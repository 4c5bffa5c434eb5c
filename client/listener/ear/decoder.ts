import type { OrderedFrame } from "./frame-order.ts";

/** Samples a second of every decoder here, as Opus has them (RFC 7587 §4.1). */
const SAMPLE_RATE = 48_000;

/** A frame of silence: CELT, 20 ms, stereo (RFC 6716 §3.1). */
const SILENCE = Uint8Array.of(0xfc, 0xff, 0xfe);

/** The sound of one frame. */
export interface DecodedFrame {
  /** Position of its first sample, as the frame had it. */
  readonly position: number;
  /** Left and right, or one channel. */
  readonly channels: readonly Float32Array[];
}

/** Decodes frames in their order. One that cannot be decoded gives no sound. */
export interface Decoder {
  /** Which decoder it is: the browser's own, or libopus in WebAssembly. */
  readonly kind: "webcodecs" | "wasm";
  decode(frame: OrderedFrame): void;
  close(): void;
}

/**
 * The browser's own decoder where there is one, which secure origins only have; elsewhere the one in
 * WebAssembly, loaded when it is needed.
 * @param onSound called for each frame, in their order
 */
export function createDecoder(onSound: (decoded: DecodedFrame) => void): Promise<Decoder> | Decoder {
  return "AudioDecoder" in globalThis ? new BrowserDecoder(onSound) : loadWasmDecoder(onSound);
}

/** WebCodecs' AudioDecoder (W3C WebCodecs §3), which answers later, one output for each frame. */
class BrowserDecoder implements Decoder {
  readonly kind = "webcodecs";
  readonly #onSound: (decoded: DecodedFrame) => void;
  #decoder: AudioDecoder;
  /** Positions of the frames that it decodes at the moment. */
  #positions: number[] = [];

  constructor(onSound: (decoded: DecodedFrame) => void) {
    this.#onSound = onSound;
    this.#decoder = this.#open();
    // The first frame takes longest: one without sound is decoded before others come.
    this.decode({ position: Number.NaN, samples: 0, data: SILENCE });
  }

  decode({ position, data }: OrderedFrame): void {
    this.#positions.push(position);
    // Every Opus packet can be decoded by itself (WebCodecs Opus registration §3).
    this.#decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: 0, data }));
  }

  close(): void {
    if (this.#decoder.state !== "closed") this.#decoder.close();
  }

  #open(): AudioDecoder {
    const decoder = new AudioDecoder({
      output: (data) => this.#take(data),
      // A frame that it refuses closes it, and those that wait in it are lost.
      error: () => {
        this.#positions = [];
        this.#decoder = this.#open();
      },
    });
    decoder.configure({ codec: "opus", sampleRate: SAMPLE_RATE, numberOfChannels: 2 });
    return decoder;
  }

  #take(data: AudioData): void {
    const position = this.#positions.shift();
    const channels = Array.from({ length: data.numberOfChannels }, (_, planeIndex) => {
      const channel = new Float32Array(data.numberOfFrames);
      data.copyTo(channel, { planeIndex, format: "f32-planar" });
      return channel;
    });
    data.close();
    if (position !== undefined && !Number.isNaN(position)) this.#onSound({ position, channels });
  }
}

/** libopus in WebAssembly, by the package `opus-decoder`; it answers at once. */
async function loadWasmDecoder(onSound: (decoded: DecodedFrame) => void): Promise<Decoder> {
  const { OpusDecoder } = await import("opus-decoder");
  const decoder = new OpusDecoder({ channels: 2 });
  await decoder.ready;
  return {
    kind: "wasm",
    decode({ position, data }) {
      const { channelData, samplesDecoded } = decoder.decodeFrame(data);
      if (samplesDecoded === 0) return;
      // Its memory is used again for the next frame.
      onSound({ position, channels: channelData.map((channel) => channel.slice(0, samplesDecoded)) });
    },
    close: () => decoder.free(),
  };
}
