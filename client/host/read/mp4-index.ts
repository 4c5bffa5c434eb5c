/** Where the frames of a song are. */
export interface FramePlaces {
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
}

/** The sound of a file whose frames all have as many samples. */
export interface IndexedSound {
  readonly rateHz: number;
  readonly channels: number;
  /** Of each frame. */
  readonly samples: number;
  /** The codec, as MP4 calls it (mp4ra.org/registered-types/object-types). */
  readonly objectType: number;
  /** What a decoder must know, bytes. */
  readonly config: readonly number[];
}

/** A matrix that changes nothing, as MP4 writes it. */
const IDENTITY = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
/** “Undetermined”, as MP4 writes the name of a language. */
const LANGUAGE = 0x55c4;
const BOX_HEAD_BYTES = 8;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * All of an MP4 file before the bytes of its sound (ISO/IEC 14496-12 §8). By its index a player finds each
 * time exactly. By the header of an mp3, Chromium is up to a second beside it.
 * @param places within the bytes that follow
 * @param bytes how many follow
 */
export function mp4Index(sound: IndexedSound, places: FramePlaces, bytes: number): Bytes {
  return before(bytes, text("isom"), text("isommp41"), (front) => indexBox(sound, places, front));
}

/** Samples that are not compressed, the high byte first. */
export interface PcmSound {
  readonly rateHz: number;
  readonly channels: number;
  /** Of a sample of one channel: 2 or 3. */
  readonly bytesEach: number;
}

/** All of a QuickTime file before samples that are not compressed (Apple, QuickTime File Format). */
export function movIndex({ rateHz, channels, bytesEach }: PcmSound, bytes: number): Bytes {
  const frameBytes = channels * bytesEach;
  const frames = bytes / frameBytes;
  const coding = bytesEach === 2 ? "twos" : "in24";
  const about = [u16(0, 0, 0, 1), u32(0, 0), u16(channels, 8 * bytesEach, 0, 0), u32(rateHz * 0x10000)];
  return before(bytes, text("qt  "), text("qt  "), (front) =>
    movieBox(rateHz, frames, [
      box("stsd", u32(0, 1), box(coding, ...about)),
      box("stts", u32(0, 1, frames, 1)),
      box("stsc", u32(0, 1, 1, frames, 1)),
      box("stsz", u32(0, frameBytes, frames)),
      box("stco", u32(0, 1, front)),
    ]),
  );
}

/** The type, the index, and the head of the box with the sound. */
function before(bytes: number, brand: Bytes, brands: Bytes, indexFor: (front: number) => Bytes): Bytes {
  const type = box("ftyp", brand, u32(0x200), brands);
  // The index tells places in the whole file, so its own size must be known first.
  const front = type.length + indexFor(0).length + BOX_HEAD_BYTES;
  return joined(type, indexFor(front), u32(BOX_HEAD_BYTES + bytes), text("mdat"));
}

function indexBox(sound: IndexedSound, { starts, sizes }: FramePlaces, front: number): Bytes {
  const runs = runsOf(starts, sizes);
  const chunks = runs.flatMap(({ frames }, n) => [n + 1, frames, 1]);
  return movieBox(sound.rateHz, starts.length * sound.samples, [
    box("stsd", u32(0, 1), soundBox(sound)),
    box("stts", u32(0, 1, starts.length, sound.samples)),
    box("stsc", u32(0, runs.length), u32s(chunks)),
    box("stsz", u32(0, 0, sizes.length), u32s(sizes)),
    box("stco", u32(0, runs.length), u32s(runs.map(({ start }) => front + start))),
  ]);
}

/**
 * A movie with one track of sound.
 * @param duration in samples
 * @param tables what and where its samples are
 */
function movieBox(rateHz: number, duration: number, tables: readonly Bytes[]): Bytes {
  const data = box("dinf", box("dref", u32(0, 1), box("url ", u32(1))));
  const media = box(
    "mdia",
    box("mdhd", u32(0, 0, 0, rateHz, duration), u16(LANGUAGE, 0)),
    box("hdlr", u32(0, 0), text("soun"), u32(0, 0, 0), text("\0")),
    box("minf", box("smhd", u32(0, 0)), data, box("stbl", ...tables)),
  );
  const track = box("tkhd", u32(7, 0, 0, 1, 0, duration, 0, 0), u16(0, 0, 0x100, 0), u32(...IDENTITY, 0, 0));
  const movie = box(
    "mvhd",
    u32(0, 0, 0, rateHz, duration, 0x10000),
    u16(0x100, 0),
    u32(0, 0, ...IDENTITY, 0, 0, 0, 0, 0, 0, 2),
  );
  return box("moov", movie, box("trak", track, media));
}

/** Describes the sound: channels, bits, rate, codec. */
function soundBox({ objectType, config, channels, rateHz }: IndexedSound): Bytes {
  const specific = config.length > 0 ? descriptor(5, bytesOf(...config)) : bytesOf();
  const decoder = descriptor(4, bytesOf(objectType, 0x15, 0, 0, 0), u32(0, 0), specific);
  const stream = descriptor(3, u16(1), bytesOf(0), decoder, descriptor(6, bytesOf(2)));
  // The rate has 16 bits before its point: a higher one is in what the decoder must know.
  const rate = u16(rateHz < 0x10000 ? rateHz : 0, 0);
  return box("mp4a", u16(0, 0, 0, 1), u32(0, 0), u16(channels, 16, 0, 0), rate, box("esds", u32(0), stream));
}

/** Frames one directly after the other are a run. Damaged places are between runs. */
function runsOf(starts: readonly number[], sizes: readonly number[]): { start: number; frames: number }[] {
  const runs: { start: number; frames: number }[] = [];
  let end = -1;
  for (const [n, start] of starts.entries()) {
    if (start === end) runs.at(-1)!.frames++;
    else runs.push({ start, frames: 1 });
    end = start + sizes[n]!;
  }
  return runs;
}

function box(name: string, ...parts: Bytes[]): Bytes {
  const content = joined(...parts);
  return joined(u32(BOX_HEAD_BYTES + content.length), text(name), content);
}

function descriptor(tag: number, ...parts: Bytes[]): Bytes {
  const content = joined(...parts);
  return joined(bytesOf(tag, content.length), content);
}

function joined(...parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const bytesOf = (...values: number[]) => Uint8Array.from(values);
const text = (characters: string): Bytes => Uint8Array.from(characters, (one) => one.charCodeAt(0));
const u32 = (...values: number[]) => u32s(values);

function u32s(values: readonly number[]): Bytes {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [n, value] of values.entries()) view.setUint32(4 * n, value);
  return new Uint8Array(view.buffer);
}

function u16(...values: number[]): Bytes {
  const view = new DataView(new ArrayBuffer(2 * values.length));
  for (const [n, value] of values.entries()) view.setUint16(2 * n, value);
  return new Uint8Array(view.buffer);
}
