import { findSound, resample } from "./match.ts";

/**
 * Sees every encoded frame of a connection with its RTP time, and passes it on untouched. While asked to, it also
 * decodes them, those of the last two seconds at once, and so knows to the sample which sound bears which RTP time.
 */

export type ToFrames =
  | { type: "listen" }
  | { type: "rest" }
  /** A piece of sound, and the RTP time that its last sample is believed to have. */
  | { type: "find"; sound: Float32Array; rate: number; timestamp: number };

/** How much later than believed the piece is, in ms of RTP time; null where it was not found. */
export type FromFrames = { type: "found"; lateMs: number | null };

const RATE = 48_000;
/** Decoded sound kept, in samples: longer than any jitter buffer; a power of two. */
const KEPT = 2 ** 17;
/** Frames kept undecoded while no one asks: what is heard now came as long ago as the jitter buffer holds, in samples. */
const WAITING = 2 * RATE;
/** How far around the belief a piece is looked for, in samples: 150 ms. */
const REACH = 7_200;
/** How long a piece is looked for, in samples: 21 ms. */
const PIECE = 1_024;
/** What differs by more than this share of its power is another sound. */
const MISFIT_MAX = 0.1;

interface EncodedFrame {
  data: ArrayBuffer;
  getMetadata(): { rtpTimestamp?: number };
}

interface Transformer {
  readable: ReadableStream<EncodedFrame>;
  writable: WritableStream<EncodedFrame>;
}

const decoded = new Float32Array(KEPT);
let decoder: AudioDecoder | undefined;
let waiting: { timestamp: number; data: ArrayBuffer }[] = [];
/** RTP times of the frames that are being decoded, in order. */
let timestamps: number[] = [];
let newest: number | undefined;

const scope = self as unknown as {
  onrtctransform: (event: { transformer: Transformer }) => void;
  onmessage: (event: MessageEvent<ToFrames>) => void;
  postMessage(message: FromFrames): void;
};

scope.onrtctransform = ({ transformer }) => {
  const look = new TransformStream<EncodedFrame, EncodedFrame>({
    transform(frame, controller) {
      take(frame);
      controller.enqueue(frame);
    },
  });
  void transformer.readable.pipeThrough(look).pipeTo(transformer.writable);
};

scope.onmessage = ({ data: message }) => {
  switch (message.type) {
    case "listen":
      listen();
      break;
    case "rest":
      rest();
      break;
    case "find":
      scope.postMessage({ type: "found", lateMs: find(message) });
  }
};

function listen(): void {
  if (decoder) return;
  decoder = new AudioDecoder({ output: keep, error: rest });
  decoder.configure({ codec: "opus", sampleRate: RATE, numberOfChannels: 2 });
  // What was decoded for an earlier question is of another time of the song.
  decoded.fill(0);
  for (const frame of waiting) decode(decoder, frame);
}

function rest(): void {
  if (decoder && decoder.state !== "closed") decoder.close();
  decoder = undefined;
  timestamps = [];
  newest = undefined;
}

function take(encoded: EncodedFrame): void {
  const { data } = encoded;
  const timestamp = encoded.getMetadata().rtpTimestamp;
  if (timestamp === undefined || data.byteLength === 0) return;
  const frame = { timestamp, data: data.slice(0) };
  waiting.push(frame);
  // Also when another stream begins: its times have nothing to do with those before.
  if (Math.abs((timestamp - waiting[0]!.timestamp) | 0) > 2 * WAITING) waiting = [frame];
  while (((timestamp - waiting[0]!.timestamp) | 0) > WAITING) waiting.shift();
  if (decoder) decode(decoder, frame);
}

function decode(by: AudioDecoder, { timestamp, data }: { timestamp: number; data: ArrayBuffer }): void {
  timestamps.push(timestamp);
  by.decode(new EncodedAudioChunk({ type: "key", timestamp: 0, data }));
}

/** Keeps sound, mixed as an AnalyserNode mixes it, where its RTP time says. */
function keep(sound: AudioData): void {
  const timestamp = timestamps.shift()!;
  const { numberOfFrames, numberOfChannels } = sound;
  const channel = new Float32Array(numberOfFrames);
  for (let n = 0; n < numberOfFrames; n++) decoded[(timestamp + n) % KEPT] = 0;
  for (let planeIndex = 0; planeIndex < numberOfChannels; planeIndex++) {
    sound.copyTo(channel, { planeIndex, format: "f32-planar" });
    for (let n = 0; n < numberOfFrames; n++) {
      decoded[(timestamp + n) % KEPT]! += channel[n]! / numberOfChannels;
    }
  }
  sound.close();
  newest = timestamp + numberOfFrames;
}

function find({ sound, rate, timestamp }: Extract<ToFrames, { type: "find" }>): number | null {
  if (newest === undefined) return null;
  const piece = resample(sound, rate, RATE).slice(-PIECE);
  const from = timestamp - piece.length - REACH;
  const reference = Float32Array.from(
    { length: piece.length + 2 * REACH },
    (_, n) => decoded[(from + n + 2 ** 32) % KEPT]!,
  );
  const match = findSound(piece, reference);
  return match && match.misfit < MISFIT_MAX ? ((match.index - REACH) / RATE) * 1_000 : null;
}
