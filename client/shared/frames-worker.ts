import { findSound, isSilent, resample } from "./match.ts";

/**
 * Sees every encoded frame of a connection with its RTP time, and passes it on untouched. Asked where a piece
 * of sound is, it decodes the frames around the place where it should be, and so knows to the sample which
 * RTP time the piece bears.
 */

/** A piece of what the audio graph holds, and the RTP time that its last sample is believed to have. */
export interface Piece {
  sound: Float32Array;
  rate: number;
  timestamp: number;
  /** Nothing was found that this time rests on: it may be far off. */
  guessed?: boolean;
}

/** How much later than believed the piece is, in ms of RTP time; null where it was not found. */
export interface FromFrames {
  lateMs: number | null;
}

const RATE = 48_000;
/** Frames kept: what is heard now came as long ago as the jitter buffer holds, in samples. */
const KEPT = 2.5 * RATE;
/**
 * How far around the belief a piece is looked for, and how far around a guess or after it was not there so
 * often; in samples: 30 and 250 ms.
 */
const NEAR = 1_440;
const FAR = 12_000;
const MISSES = 3;
/** How long a piece is looked for, in samples: 21 ms. */
const PIECE = 1_024;
/** What differs by more than this share of its power is another sound. */
const MISFIT_MAX = 0.1;
/** The longest frame that hosts send, 60 ms, in samples. */
const FRAME_MAX = 2_880;
/** What a decoder must hear before it sounds as one that heard all (RFC 7845, 4.6), in samples: 80 ms. */
const WARM_UP = 3_840;

interface EncodedFrame {
  data: ArrayBuffer;
  getMetadata(): { rtpTimestamp?: number };
}

interface Transformer {
  readable: ReadableStream<EncodedFrame>;
  writable: WritableStream<EncodedFrame>;
}

interface Frame {
  timestamp: number;
  data: ArrayBuffer;
}

/** How often in a row nothing was found nearby. */
let misses = MISSES;

/** In the order in which they came, which on a bad network is not that of their times. */
let frames: Frame[] = [];

const scope = self as unknown as {
  onrtctransform: (event: { transformer: Transformer }) => void;
  onmessage: (event: MessageEvent<Piece>) => void;
  postMessage(message: FromFrames): void;
};

scope.onrtctransform = ({ transformer }) => {
  const look = new TransformStream<EncodedFrame, EncodedFrame>({
    transform(frame, controller) {
      keep(frame);
      controller.enqueue(frame);
    },
  });
  void transformer.readable.pipeThrough(look).pipeTo(transformer.writable);
};

scope.onmessage = async ({ data: piece }) => {
  scope.postMessage({ lateMs: await find(piece).catch(() => null) });
};

function keep(encoded: EncodedFrame): void {
  const { data } = encoded;
  const timestamp = encoded.getMetadata().rtpTimestamp;
  if (timestamp === undefined || data.byteLength === 0) return;
  // Also when another stream begins: its times have nothing to do with those before.
  if (frames[0] && Math.abs(since(frames[0].timestamp, timestamp)) > 2 * KEPT) frames = [];
  frames.push({ timestamp, data: data.slice(0) });
  while (since(frames[0]!.timestamp, timestamp) > KEPT) frames.shift();
}

async function find({ sound, rate, timestamp, guessed }: Piece): Promise<number | null> {
  const piece = resample(sound, rate, RATE).slice(-PIECE);
  if (isSilent(piece)) return null;
  const reach = guessed || misses >= MISSES ? FAR : NEAR;
  const reference = await decode(timestamp - piece.length - reach, piece.length + 2 * reach);
  const match = findSound(piece, reference, MISFIT_MAX);
  if (!match) misses += 1;
  else if (Math.abs(match.index - reach) < NEAR) misses = 0;
  return match ? ((match.index - reach) / RATE) * 1_000 : null;
}

/**
 * The sound of so many samples from an RTP time on, mixed as an AnalyserNode mixes it; silent where no frame
 * came.
 */
async function decode(from: number, length: number): Promise<Float32Array> {
  const sound = new Float32Array(length);
  const wanted = between(from - FRAME_MAX - WARM_UP, from + length);
  const decoded = wanted.values();
  const decoder = new AudioDecoder({
    output: (data) => mix(data, sound, since(from, decoded.next().value!.timestamp)),
    // The frames that are left are those that it took.
    error() {},
  });
  decoder.configure({ codec: "opus", sampleRate: RATE, numberOfChannels: 2 });
  for (const { data } of wanted) {
    decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: 0, data }));
  }
  await decoder.flush();
  decoder.close();
  return sound;
}

/** The frames of these RTP times, each once, in the order of their times. */
function between(from: number, until: number): Frame[] {
  const byTime = new Map<number, Frame>();
  for (const frame of frames) {
    const time = since(from, frame.timestamp);
    if (time >= 0 && time < until - from) byTime.set(time, frame);
  }
  return [...byTime].sort(([a], [b]) => a - b).map(([, frame]) => frame);
}

/** Puts sound at a place, as far as there is room for it. */
function mix(data: AudioData, into: Float32Array, place: number): void {
  const { numberOfFrames, numberOfChannels } = data;
  const channel = new Float32Array(numberOfFrames);
  for (let planeIndex = 0; planeIndex < numberOfChannels; planeIndex++) {
    data.copyTo(channel, { planeIndex, format: "f32-planar" });
    const end = Math.min(numberOfFrames, into.length - place);
    for (let n = Math.max(-place, 0); n < end; n++) into[place + n]! += channel[n]! / numberOfChannels;
  }
  data.close();
}

/** Samples from one RTP time to another, across its wrap. */
function since(earlier: number, later: number): number {
  return (later - earlier) | 0;
}
