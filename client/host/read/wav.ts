import { bytesAt, textAt } from "./bytes.ts";
import type { Sound } from "./report.ts";

/** Bytes of a chunk's name and size. */
const CHUNK_HEAD_BYTES = 8;
/** How many chunks before the sound are looked at. */
const CHUNKS_MAX = 200;
/** The longest description of the samples' format; the usual ones have 16, 18 or 40 bytes. */
const FORMAT_BYTES_MAX = 1_024;
/** Format tags of samples that are not compressed: integer, floating point, either with named channels. */
const UNCOMPRESSED = [1, 3, 0xfffe];
export const FORMAT_INTEGER = 1;
export const FORMAT_FLOAT = 3;

const TYPE = { type: "audio/wav", format: "WAV" };

/** Measures a WAV file. A copy has the true size of its sound in its header, if the file's does not. */
export async function readWav(file: Blob): Promise<Sound | undefined> {
  let format: DataView<ArrayBuffer> | undefined;
  let at = 12;
  for (let n = 0; n < CHUNKS_MAX; n++) {
    const head = await bytesAt(file, at, CHUNK_HEAD_BYTES);
    if (head.byteLength < CHUNK_HEAD_BYTES) return undefined;
    const [name, bytes] = [textAt(head, 0, 4), head.getUint32(4, true)];
    at += CHUNK_HEAD_BYTES;
    if (name === "fmt ") format = await bytesAt(file, at, Math.min(bytes, FORMAT_BYTES_MAX));
    if (name === "data") return format && soundOf(file, format, at, bytes);
    // A chunk of an odd size is followed by a byte that belongs to none.
    at += bytes + (bytes & 1);
  }
  return undefined;
}

function soundOf(file: Blob, format: DataView<ArrayBuffer>, at: number, told: number): Sound | undefined {
  if (format.byteLength < 16) return undefined;
  const bytesPerSecond = format.getUint32(8, true);
  const frameBytes = format.getUint16(12, true);
  if (bytesPerSecond === 0 || frameBytes === 0) return undefined;
  if (!UNCOMPRESSED.includes(format.getUint16(0, true)))
    return { ...TYPE, durationS: undefined, isSure: false };
  const there = file.size - at;
  // Programs that write to a pipe tell no size, or the greatest.
  const isTold = told > 0 && told <= there;
  const bytes = isTold ? told : there - (there % frameBytes);
  const durationS = bytes / bytesPerSecond;
  const header = new Uint8Array(format.buffer, format.byteOffset, format.byteLength);
  const mended = isTold
    ? undefined
    : new Blob([wavHeader(header, bytes), file.slice(at, at + bytes)], { type: TYPE.type });
  return { ...TYPE, durationS, mended, isSure: true };
}

/** Describes samples that are not compressed, as the chunk `fmt ` does. */
export function wavFormat(
  tag: number,
  channels: number,
  rateHz: number,
  bits: number,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(16));
  const frameBytes = channels * (bits / 8);
  view.setUint16(0, tag, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, rateHz, true);
  view.setUint32(8, rateHz * frameBytes, true);
  view.setUint16(12, frameBytes, true);
  view.setUint16(14, bits, true);
  return new Uint8Array(view.buffer);
}

/** All of a WAV file before its samples. */
export function wavHeader(format: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(12 + CHUNK_HEAD_BYTES + format.length + CHUNK_HEAD_BYTES);
  const view = new DataView(header.buffer);
  const encode = (text: string, at: number) => header.set(new TextEncoder().encode(text), at);
  encode("RIFF", 0);
  view.setUint32(4, header.length - 8 + bytes, true);
  encode("WAVEfmt ", 8);
  view.setUint32(16, format.length, true);
  header.set(format, 20);
  encode("data", 20 + format.length);
  view.setUint32(24 + format.length, bytes, true);
  return header;
}
