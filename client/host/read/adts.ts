import { ForwardReader } from "./bytes.ts";
import { type IndexedSound, mp4Index } from "./mp4-index.ts";
import type { Sound } from "./report.ts";

/** Bytes of a frame's head, without its checksum. */
const HEAD_BYTES = 7;
const CHECKSUM_BYTES = 2;
/** Samples of a frame. */
const SAMPLES = 1_024;
/** What MP4 calls AAC (mp4ra.org/registered-types/object-types). */
const AAC = 0x40;
/** How far the next frame is looked for behind damaged bytes. */
const SEARCH_BYTES = 262_144;
/** The least share of a file's bytes that is sound, if it is not something that only looks like AAC. */
const LEAST_SHARE = 0.5;
const RATES_HZ = [
  ...[96_000, 88_200, 64_000, 48_000, 44_100, 32_000],
  ...[24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350],
];

interface AdtsFrame {
  readonly headBytes: number;
  readonly sizeBytes: number;
  readonly profile: number;
  readonly rateIndex: number;
  /** 1 to 7; 7 is eight channels. */
  readonly channels: number;
}

/**
 * Measures a file of bare AAC (ISO/IEC 14496-3, 1.A.3.2) by its frames. It tells no duration, so a player
 * guesses. There is a copy in MP4, with an index. It refers to the file's bytes and takes no memory.
 * @returns undefined if it is none
 */
export async function readAdts(file: Blob): Promise<Sound | undefined> {
  const reader = new ForwardReader(file);
  const [starts, sizes]: [number[], number[]] = [[], []];
  let first: AdtsFrame | undefined;
  let at = 0;
  while (at + HEAD_BYTES <= file.size) {
    const frame = await frameAt(reader, at);
    if (!frame || (first && !isLike(frame, first))) {
      const next = await nextFrame(reader, file, at + 1, first);
      if (next === undefined) break;
      at = next;
      continue;
    }
    first ??= frame;
    // The last frame of a file that was cut is not whole.
    if (at + frame.sizeBytes > file.size) break;
    starts.push(at + frame.headBytes);
    sizes.push(frame.sizeBytes - frame.headBytes);
    at += frame.sizeBytes;
  }
  const soundBytes = sizes.reduce((sum, one) => sum + one, 0);
  if (!first || soundBytes < file.size * LEAST_SHARE) return undefined;
  const sound = soundOf(first);
  const index = mp4Index(sound, { starts, sizes }, file.size);
  const type = `audio/mp4; codecs="mp4a.40.${first.profile + 1}"`;
  const durationS = (starts.length * SAMPLES) / sound.rateHz;
  return { type, format: "AAC", durationS, mended: new Blob([index, file], { type }), isSure: true };
}

function soundOf({ profile, rateIndex, channels }: AdtsFrame): IndexedSound {
  // What a decoder must know: five bits of the profile, four each of the rate and the channels.
  const config = ((profile + 1) << 11) | (rateIndex << 7) | (channels << 3);
  return {
    rateHz: RATES_HZ[rateIndex]!,
    channels: channels === 7 ? 8 : channels,
    samples: SAMPLES,
    objectType: AAC,
    config: [config >> 8, config & 0xff],
  };
}

async function frameAt(reader: ForwardReader, at: number): Promise<AdtsFrame | undefined> {
  const bytes = reader.inBlock(at, HEAD_BYTES) ?? (await reader.at(at, HEAD_BYTES));
  if (bytes.byteLength < HEAD_BYTES || (bytes.getUint16(0) & 0xfff6) !== 0xfff0) return undefined;
  const head = bytes.getUint32(2);
  const rateIndex = (head >>> 26) & 15;
  const channels = (head >>> 22) & 7;
  const sizeBytes = (head >>> 5) & 0x1fff;
  const headBytes = HEAD_BYTES + (bytes.getUint8(1) & 1 ? 0 : CHECKSUM_BYTES);
  if (rateIndex >= RATES_HZ.length || channels === 0 || sizeBytes <= headBytes) return undefined;
  return { headBytes, sizeBytes, profile: head >>> 30, rateIndex, channels };
}

function isLike(one: AdtsFrame, other: AdtsFrame): boolean {
  return (
    one.profile === other.profile && one.rateIndex === other.rateIndex && one.channels === other.channels
  );
}

/** Where the next frame begins that another one follows. */
async function nextFrame(
  reader: ForwardReader,
  file: Blob,
  from: number,
  like: AdtsFrame | undefined,
): Promise<number | undefined> {
  const end = Math.min(from + SEARCH_BYTES, file.size - HEAD_BYTES);
  for (let at = from; at <= end; at++) {
    const frame = await frameAt(reader, at);
    if (!frame || (like && !isLike(frame, like))) continue;
    const next = await frameAt(new ForwardReader(file), at + frame.sizeBytes);
    if (next && isLike(next, frame)) return at;
  }
  return undefined;
}
