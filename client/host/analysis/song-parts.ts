import {
  ADTS,
  type AudioSample,
  AudioSampleSink,
  BlobSource,
  FLAC,
  Input,
  type InputAudioTrack,
  type InputFormat,
  MP3,
  MP4,
  OGG,
  QTFF,
  WAVE,
  WEBM,
} from "mediabunny";
import { mp3Run } from "../read/mp3.ts";
import { sniff } from "../read/sniff.ts";

const FORMATS = [MP3, WAVE, FLAC, OGG, MP4, QTFF, ADTS, WEBM];
/** Formats in which the library finds a time without reading all before it. */
const INDEXED: readonly InputFormat[] = [WAVE, OGG, MP4, QTFF, WEBM];

/** How much of the file the library keeps, bytes: it reads from front to back. */
const CACHE_BYTES = 1_000_000;
/** How much of a song is one part, s: long beside what it takes to begin one. */
const PART_S = 300;
/** The same in frames of an mp3: 5 to 8 minutes at the usual rates. */
const PART_FRAMES = 12_000;
/** A decoder needs some sound before the first that counts, s: Opus wants 80 ms (RFC 7845 §4.6). */
const PREROLL_S = 0.5;
/** The same in frames of an mp3, which may refer to some frames before them (bit reservoir, 511 bytes). */
const PREROLL_FRAMES = 12;
/** Sound that is handed over at once, s. */
const PIECE_S = 1;

/** Where a part of a song begins. */
export type Place =
  | { type: "time"; seconds: number }
  /** In an mp3: where the frames begin of which the first are preroll, and how much was decoded before. */
  | { type: "byte"; byte: number; seconds: number };

/** Decoded sound. */
export interface Piece {
  readonly channels: readonly Float32Array<ArrayBuffer>[];
  /** Hz */
  readonly rate: number;
  /** Where in the song it ends, s. */
  readonly endS: number;
}

/** Pieces; it is sent the memory of former ones, to be used again. */
type Pieces<Returned> = AsyncGenerator<Piece, Returned, readonly ArrayBuffer[]>;

/**
 * Decodes a part of a song. What the parts sound like one after the other is what the song does as a whole.
 * @returns where the next part begins; undefined after the last one
 * @throws Error if it cannot be decoded here
 */
export async function* decodePart(file: Blob, place: Place): Pieces<Place | undefined> {
  if (place.type === "byte") return yield* decodeFrames(file, place.byte, place.seconds);
  const input = inputOf(file);
  const format = await input.getFormat();
  if (format === MP3) return yield* decodeFrames(file, (await sniff(file)).from, 0);
  const track = await trackOf(input);
  const { seconds } = place;
  const isIndexed = INDEXED.includes(format);
  const until = isIndexed ? seconds + PART_S : Number.POSITIVE_INFINITY;
  const samples = new AudioSampleSink(track).samples(
    seconds > 0 ? Math.max(seconds - PREROLL_S, 0) : undefined,
  );
  const pieces = new PieceMaker();
  for await (const sample of samples) {
    const { timestamp, duration, sampleRate } = sample;
    const skipped = seconds > 0 ? Math.round((seconds - timestamp) * sampleRate) : 0;
    yield* pieces.add(sample, Math.max(skipped, 0), timestamp + duration);
    if (timestamp + duration < until) continue;
    yield* pieces.end();
    return { type: "time", seconds: timestamp + duration };
  }
  yield* pieces.end();
  return undefined;
}

/** Decodes some frames of an mp3. The library is shown no others, as it keeps an object of each. */
async function* decodeFrames(file: Blob, from: number, seconds: number): Pieces<Place | undefined> {
  const run = await mp3Run(file, from, PART_FRAMES, PREROLL_FRAMES);
  if (!run) return undefined;
  const track = await trackOf(inputOf(file.slice(run.from, run.to)));
  const pieces = new PieceMaker();
  let at = seconds;
  for await (const sample of new AudioSampleSink(track).samples()) {
    const isPreroll = seconds > 0 && sample.timestamp < (PREROLL_FRAMES - 0.5) * sample.duration;
    if (!isPreroll) at += sample.duration;
    yield* pieces.add(sample, isPreroll ? sample.numberOfFrames : 0, at);
  }
  yield* pieces.end();
  return run.next === undefined ? undefined : { type: "byte", byte: run.next, seconds: at };
}

function inputOf(file: Blob): Input {
  return new Input({ source: new BlobSource(file, { maxCacheSize: CACHE_BYTES }), formats: FORMATS });
}

async function trackOf(input: Input): Promise<InputAudioTrack> {
  const track = await input.getPrimaryAudioTrack();
  if (!track || !(await track.canDecode())) throw new Error("no audio that can be decoded");
  return track;
}

/** Joins decoded samples to pieces. */
class PieceMaker {
  #channels: Float32Array<ArrayBuffer>[] = [];
  #spare: readonly ArrayBuffer[] = [];
  #length = 0;
  #rate = 0;
  #endS = 0;

  /**
   * Takes a sample, and closes it.
   * @param skipped how many frames of it do not count
   * @param endS where in the song it ends
   */
  async *add(sample: AudioSample, skipped: number, endS: number): Pieces<void> {
    const { numberOfChannels, numberOfFrames, sampleRate } = sample;
    const count = numberOfFrames - skipped;
    try {
      if (count <= 0) return;
      const isOther = sampleRate !== this.#rate || numberOfChannels !== this.#channels.length;
      const isFull = this.#length + count > (this.#channels[0]?.length ?? 0);
      if (isOther || isFull) {
        yield* this.end();
        this.#begin(numberOfChannels, Math.max(count, Math.ceil(PIECE_S * sampleRate)));
        this.#rate = sampleRate;
      }
      this.#channels.forEach((channel, planeIndex) => {
        const space = channel.subarray(this.#length, this.#length + count);
        sample.copyTo(space, { planeIndex, format: "f32-planar", frameOffset: skipped });
      });
      this.#length += count;
      this.#endS = endS;
    } finally {
      sample.close();
    }
  }

  /** Hands over what is left. */
  async *end(): Pieces<void> {
    if (this.#length === 0) return;
    const channels = this.#channels.map((channel) => channel.subarray(0, this.#length));
    this.#channels = [];
    this.#length = 0;
    this.#spare = yield { channels, rate: this.#rate, endS: this.#endS };
  }

  #begin(channels: number, length: number): void {
    const bytes = length * Float32Array.BYTES_PER_ELEMENT;
    const spare = this.#spare.filter(({ byteLength }) => byteLength === bytes);
    this.#channels = Array.from(
      { length: channels },
      (_, n) => new Float32Array(spare[n] ?? new ArrayBuffer(bytes)),
    );
    this.#spare = [];
  }
}
