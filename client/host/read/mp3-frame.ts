/** The head of a frame of MPEG audio, ISO/IEC 11172-3 §2.4.1.3 and 13818-3 §2.4.1.3. */
export interface Mp3Frame {
  readonly sizeBytes: number;
  readonly samples: number;
  readonly rateHz: number;
  readonly bitrate: number;
  readonly channels: number;
  /** Bytes between the head and the place of a Xing header. */
  readonly sideBytes: number;
  /** What all frames of a stream have in common: version, layer and rate. */
  readonly stream: number;
}

/** Version, layer and rate in the four bytes of a head. */
const STREAM_MASK = 0xfffe0c00;

export const HEAD_BYTES = 4;

/** kb/s by index, of layers I, II and III; in version 1, and in versions 2 and 2.5. */
const BITRATES = {
  v1: [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  v2: [
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
};

const RATES_HZ = [44_100, 48_000, 32_000];

/** Reads the four bytes of a frame's head. Undefined if they are none, or do not tell the frame's size. */
export function parseMp3Frame(head: number): Mp3Frame | undefined {
  if (head >>> 21 !== 0x7ff) return undefined;
  // 0 is version 2.5, 2 is version 2, 3 is version 1.
  const version = (head >>> 19) & 3;
  const layer = 4 - ((head >>> 17) & 3);
  const [bitrateIndex, rateIndex] = [(head >>> 12) & 15, (head >>> 10) & 3];
  if (version === 1 || layer === 4 || rateIndex === 3) return undefined;
  const isFirst = version === 3;
  const bitrate = 1_000 * (BITRATES[isFirst ? "v1" : "v2"][layer - 1]![bitrateIndex] ?? 0);
  if (bitrate === 0) return undefined;
  const rateHz = RATES_HZ[rateIndex]! / (isFirst ? 1 : version === 2 ? 2 : 4);
  const samples = layer === 1 ? 384 : layer === 3 && !isFirst ? 576 : 1_152;
  const padding = (head >>> 9) & 1;
  const slotBytes = layer === 1 ? 4 : 1;
  const slots = Math.floor(((samples / 8 / slotBytes) * bitrate) / rateHz) + padding;
  const isMono = ((head >>> 6) & 3) === 3;
  return {
    sizeBytes: slots * slotBytes,
    samples,
    rateHz,
    bitrate,
    channels: isMono ? 1 : 2,
    sideBytes: isFirst ? (isMono ? 17 : 32) : isMono ? 9 : 17,
    stream: (head & STREAM_MASK) >>> 0,
  };
}

/** The bytes of a Xing header: its name, flags, frames, bytes, and places for a hundred parts of the time. */
const XING_BYTES = 4 + 4 + 4 + 4 + 100;
const XING_PLACES = 100;
/** The header has frames, bytes and places. */
const XING_FLAGS = 7;

/**
 * Makes the frame without sound, before all others, by which a player knows a song's duration and where each
 * part of it is.
 * @param head the head of one of the song's frames
 * @param placeOf byte at which a frame begins, from the first one's
 * @param bytes of all frames
 */
export function xingFrame(
  head: number,
  frames: number,
  bytes: number,
  placeOf: (frame: number) => number,
): Uint8Array<ArrayBuffer> {
  const needed = HEAD_BYTES + 32 + XING_BYTES;
  // Without padding and checksum, at the lowest bitrate whose frame has the space.
  const bare = ((head & 0xffff0dff) | 0x00010000) >>> 0;
  const heads = Array.from({ length: 14 }, (_, n) => (bare | ((n + 1) << 12)) >>> 0);
  const chosen = heads.find((one) => (parseMp3Frame(one)?.sizeBytes ?? 0) >= needed) ?? heads.at(-1)!;
  const { sizeBytes, sideBytes } = parseMp3Frame(chosen)!;
  const frame = new Uint8Array(sizeBytes);
  const view = new DataView(frame.buffer);
  const total = sizeBytes + bytes;
  view.setUint32(0, chosen);
  const at = HEAD_BYTES + sideBytes;
  frame.set(new TextEncoder().encode("Xing"), at);
  view.setUint32(at + 4, XING_FLAGS);
  view.setUint32(at + 8, frames);
  view.setUint32(at + 12, total);
  for (let n = 0; n < XING_PLACES; n++) {
    const place = sizeBytes + placeOf(Math.floor((n / XING_PLACES) * frames));
    frame[at + 16 + n] = Math.min(Math.floor((256 * place) / total), 255);
  }
  return frame;
}
