import { bytesAt, ForwardReader, textAt } from "./bytes.ts";
import { HEAD_BYTES, type Mp3Frame, parseMp3Frame, xingFrame } from "./mp3-frame.ts";
import { mp4Index } from "./mp4-index.ts";
import type { Sound } from "./report.ts";

/** How far a header may be from the file for it to be believed, s. */
const TRUSTED_S = 0.05;
/** How far into a file its first frame is looked for. Radio recordings begin anywhere. */
const SEARCH_BYTES = 262_144;
/** Frames one after the other by which sound is told from bytes that look like a frame's head. */
const FRAMES_IN_A_ROW = 3;
const ID3V1_BYTES = 128;
/** Rates below are of MPEG-2. */
const MPEG1_RATE_MIN_HZ = 32_000;
/** What MP4 calls the codecs (mp4ra.org/registered-types/object-types). */
const OBJECT_TYPES = { mpeg1: 0x6b, mpeg2: 0x69 };

const TYPE = { type: "audio/mpeg", format: "mp3" };

/** How a copy tells where each of its times is. */
export type Mp3Index = "mp4" | "xing";

/**
 * Measures an mp3. One of a constant bitrate that is as long as it tells is believed; of others the heads of
 * all frames are read. Of these there is a copy with an index, because without one a player would guess where
 * a time is. The copy refers to the file's bytes and takes no memory.
 * @param from where the sound may begin, after tags
 * @returns undefined if it is none
 */
export async function readMp3(file: Blob, from: number, index: Mp3Index = "mp4"): Promise<Sound | undefined> {
  const reader = new ForwardReader(file);
  const first = await nextFrame(reader, file, from, from + SEARCH_BYTES, undefined);
  if (!first) return undefined;
  const header = await readHeader(file, first);
  const isAtOnce = first.at === from;
  if (header?.isConstant && isAtOnce && isAsLongAs(header, file.size - (await id3v1Bytes(file)) - first.at))
    return { ...TYPE, durationS: header.durationS, isSure: true };
  const stream = await readFrames(reader, file, header ? first.at + first.frame.sizeBytes : first.at);
  if (!stream) return undefined;
  const { frame, starts, isConstant } = stream;
  const durationS = (starts.length * frame.samples) / frame.rateHz;
  // A player divides the file's length by the bitrate.
  const guessS = ((file.size - starts[0]!) * 8) / frame.bitrate;
  const isGuessed = !header && isAtOnce && isConstant && Math.abs(guessS - durationS) < TRUSTED_S;
  if (isGuessed) return { ...TYPE, durationS, isSure: true };
  const mended = indexed(file, stream, index);
  return { ...TYPE, type: mended.type, durationS, mended, isSure: true };
}

/** A copy of a song with an index. */
function indexed(file: Blob, { frame, head, starts, sizes, end }: Frames, index: Mp3Index): Blob {
  const begin = starts[0]!;
  const sound = file.slice(begin, end);
  if (index === "mp4") {
    const places = { starts: starts.map((start) => start - begin), sizes };
    const objectType = frame.rateHz < MPEG1_RATE_MIN_HZ ? OBJECT_TYPES.mpeg2 : OBJECT_TYPES.mpeg1;
    const type = `audio/mp4; codecs="mp4a.${objectType.toString(16)}"`;
    const { rateHz, channels, samples } = frame;
    const mp4 = mp4Index({ rateHz, channels, samples, objectType, config: [] }, places, sound.size);
    return new Blob([mp4, sound], { type });
  }
  const xing = xingFrame(head, starts.length, sound.size, (n) => starts[n]! - begin);
  return new Blob([xing, sound], { type: TYPE.type });
}

interface Found {
  readonly at: number;
  readonly head: number;
  readonly frame: Mp3Frame;
}

/** The next frame that others follow, or that the file ends with; of the same stream if one is given. */
async function nextFrame(
  reader: ForwardReader,
  file: Blob,
  from: number,
  until: number,
  stream: number | undefined,
): Promise<Found | undefined> {
  const end = Math.min(until, file.size - HEAD_BYTES);
  for (let at = from; at <= end; at++) {
    const bytes = reader.inBlock(at, HEAD_BYTES) ?? (await reader.at(at, HEAD_BYTES));
    if (bytes.getUint8(0) !== 0xff) continue;
    const head = bytes.getUint32(0);
    const frame = parseMp3Frame(head);
    if (!frame || (stream !== undefined && frame.stream !== stream)) continue;
    if (await isFollowed(file, at + frame.sizeBytes, frame.stream)) return { at, head, frame };
  }
  return undefined;
}

async function isFollowed(file: Blob, from: number, stream: number): Promise<boolean> {
  const reader = new ForwardReader(file.slice(from, from + FRAMES_IN_A_ROW * 4_000));
  let at = 0;
  for (let n = 1; n < FRAMES_IN_A_ROW; n++) {
    // The end of the file, or a tag, is as good as a frame, but not as the only one.
    if (from + at + HEAD_BYTES > file.size) return n > 1;
    const bytes = await reader.at(at, HEAD_BYTES);
    const frame = bytes.byteLength < HEAD_BYTES ? undefined : parseMp3Frame(bytes.getUint32(0));
    if (frame?.stream !== stream) return n > 1 && isTag(bytes);
    at += frame.sizeBytes;
  }
  return true;
}

function isTag(bytes: DataView): boolean {
  return /^(TAG|APET|LYRI|ID3)/.test(textAt(bytes, 0, HEAD_BYTES));
}

interface Frames {
  readonly frame: Mp3Frame;
  /** The first frame's. */
  readonly head: number;
  /** Where each frame begins. */
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
  /** Where the last whole one ends. */
  readonly end: number;
  readonly isConstant: boolean;
}

/** Reads the heads of all frames, or so many, over damaged places too. */
async function readFrames(
  reader: ForwardReader,
  file: Blob,
  from: number,
  count = Number.POSITIVE_INFINITY,
): Promise<Frames | undefined> {
  let first: Found | undefined;
  const [starts, sizes]: [number[], number[]] = [[], []];
  let [at, end, isConstant] = [from, from, true];
  while (at + HEAD_BYTES <= file.size && starts.length < count) {
    const bytes = reader.inBlock(at, HEAD_BYTES) ?? (await reader.at(at, HEAD_BYTES));
    let head = bytes.getUint32(0);
    let frame = parseMp3Frame(head);
    if (!frame || (first && frame.stream !== first.frame.stream)) {
      const found = await nextFrame(reader, file, at, file.size, first?.frame.stream);
      if (!found) break;
      ({ at, head, frame } = found);
      isConstant &&= starts.length === 0;
    }
    if (at + frame.sizeBytes > file.size) break;
    first ??= { at, head, frame };
    isConstant &&= frame.bitrate === first.frame.bitrate;
    starts.push(at);
    sizes.push(frame.sizeBytes);
    at += frame.sizeBytes;
    end = at;
  }
  return first && { frame: first.frame, head: first.head, starts, sizes, end, isConstant };
}

/** Some frames of an mp3, one after the other. */
export interface Run {
  /** Where the first one begins, and the last one ends. */
  readonly from: number;
  readonly to: number;
  /** Where the frames that belong to the next run too begin; undefined if the file has no more frames. */
  readonly next: number | undefined;
}

/**
 * The next frames of an mp3.
 * @param from where to look for the first one
 * @param count how many
 * @param shared how many of them belong to the next run too
 * @returns undefined if there is no frame
 */
export async function mp3Run(
  file: Blob,
  from: number,
  count: number,
  shared: number,
): Promise<Run | undefined> {
  const stream = await readFrames(new ForwardReader(file), file, from, count);
  if (!stream) return undefined;
  const { starts, end } = stream;
  return { from: starts[0]!, to: end, next: starts.length < count ? undefined : starts.at(-shared)! };
}

/** What a song tells about itself in its first frame. */
interface Header {
  readonly durationS: number;
  /** Of all frames; undefined if it does not tell. */
  readonly bytes: number | undefined;
  /** LAME tells it by the name of its header. */
  readonly isConstant: boolean;
}

/** Reads a header of Xing, LAME or Fraunhofer. */
async function readHeader(file: Blob, { at, frame }: Found): Promise<Header | undefined> {
  const bytes = await bytesAt(file, at, frame.sizeBytes);
  const xingAt = HEAD_BYTES + frame.sideBytes;
  const name = textAt(bytes, xingAt, 4);
  const isXing = name === "Xing" || name === "Info";
  const isVbri = textAt(bytes, 36, 4) === "VBRI";
  if ((!isXing && !isVbri) || bytes.byteLength < xingAt + 16) return undefined;
  const flags = isXing ? bytes.getUint32(xingAt + 4) : 3;
  const frames = flags & 1 ? bytes.getUint32(isXing ? xingAt + 8 : 50) : 0;
  const told = bytes.getUint32(isXing ? xingAt + 8 + (flags & 1 ? 4 : 0) : 46);
  return {
    durationS: (frames * frame.samples) / frame.rateHz,
    bytes: flags & 2 ? told : undefined,
    isConstant: name === "Info",
  };
}

function isAsLongAs({ durationS, bytes }: Header, fileBytes: number): boolean {
  if (durationS === 0 || bytes === undefined) return false;
  return Math.abs(bytes - fileBytes) <= (bytes / durationS) * TRUSTED_S;
}

async function id3v1Bytes(file: Blob): Promise<number> {
  const bytes = await bytesAt(file, Math.max(file.size - ID3V1_BYTES, 0), 3);
  return textAt(bytes, 0, 3) === "TAG" ? ID3V1_BYTES : 0;
}
