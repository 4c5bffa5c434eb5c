import { bytesAt } from "./bytes.ts";
import type { Sound } from "./report.ts";

/** Where the block STREAMINFO is, and all before the other blocks (RFC 9639 §8). */
const INFO_AT = 8;
const INFO_BYTES = 34;
/** The end of a file in which its last frame begins. The greatest frames of music have 100,000 bytes. */
const TAIL_BYTES = 262_144;
/** Bytes of a frame's head at most, without its checksum. */
const HEAD_BYTES_MAX = 15;

const TYPE = { type: "audio/flac", format: "FLAC" };

/**
 * Measures a FLAC file by its last frame, which bears its number. If the file ends before or after the time
 * that it tells, a copy tells the true one. It refers to the file's bytes and takes no memory.
 */
export async function readFlac(file: Blob): Promise<Sound | undefined> {
  const head = await bytesAt(file, 0, INFO_AT + INFO_BYTES);
  if (head.byteLength < INFO_AT + INFO_BYTES) return undefined;
  const blockSize = head.getUint16(INFO_AT);
  const rateHz = head.getUint32(INFO_AT + 10) >>> 12;
  const told = (head.getUint8(INFO_AT + 13) & 15) * 2 ** 32 + head.getUint32(INFO_AT + 14);
  if (rateHz === 0) return undefined;
  const tailAt = Math.max(file.size - TAIL_BYTES, INFO_AT + INFO_BYTES);
  const tail = await bytesAt(file, tailAt, TAIL_BYTES);
  const last = lastFrame(new Uint8Array(tail.buffer), blockSize);
  if (!last) return { ...TYPE, durationS: told / rateHz, isSure: false };
  const end = last.begin + last.samples;
  if (end === told) return { ...TYPE, durationS: told / rateHz, isSure: true };
  // Of a file that was cut, the last frame is not whole.
  const isCut = end < told;
  const samples = isCut ? last.begin : end;
  head.setUint8(INFO_AT + 13, (head.getUint8(INFO_AT + 13) & 0xf0) | Math.floor(samples / 2 ** 32));
  head.setUint32(INFO_AT + 14, samples % 2 ** 32);
  const rest = file.slice(INFO_AT + INFO_BYTES, isCut ? tailAt + last.at : file.size);
  const mended = new Blob([head, rest], { type: TYPE.type });
  return { ...TYPE, durationS: samples / rateHz, mended, isSure: true };
}

interface FlacFrame {
  /** The number of its first sample. */
  readonly begin: number;
  readonly samples: number;
}

function lastFrame(bytes: Uint8Array, blockSize: number): (FlacFrame & { at: number }) | undefined {
  for (let at = bytes.length - 6; at >= 0; at--) {
    if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xfe) !== 0xf8) continue;
    const frame = parseFlacFrame(bytes.subarray(at, at + HEAD_BYTES_MAX + 1), blockSize);
    if (frame) return { ...frame, at };
  }
  return undefined;
}

/**
 * Reads the head of a frame (RFC 9639 §9.1).
 * @param blockSize samples of each frame but the last, where frames are numbered
 * @returns undefined if the bytes are none
 */
export function parseFlacFrame(bytes: Uint8Array, blockSize: number): FlacFrame | undefined {
  const [sizeCode, rateCode] = [bytes[2]! >> 4, bytes[2]! & 15];
  if (sizeCode === 0 || rateCode === 15) return undefined;
  const first = bytes[4]!;
  // The number is coded as UTF-8 codes a character, up to seven bytes.
  const ones = Math.clz32(~(first << 24));
  if (ones === 1 || ones > 7) return undefined;
  let number = ones === 0 ? first : first & (0x7f >> ones);
  let at = 5;
  for (; at < 4 + ones; at++) number = number * 64 + (bytes[at]! & 0x3f);
  let samples = 0;
  if (sizeCode === 1) samples = 192;
  else if (sizeCode < 6) samples = 576 << (sizeCode - 2);
  else if (sizeCode === 6) samples = bytes[at++]! + 1;
  else if (sizeCode === 7) samples = bytes[at++]! * 256 + bytes[at++]! + 1;
  else samples = 256 << (sizeCode - 8);
  if (rateCode === 12) at++;
  else if (rateCode > 12) at += 2;
  if (at >= bytes.length || crc8(bytes.subarray(0, at)) !== bytes[at]) return undefined;
  const isNumbered = (bytes[1]! & 1) === 0;
  return { begin: isNumbered ? number * blockSize : number, samples };
}

/** The checksum of a frame's head: polynomial x⁸ + x² + x + 1. */
function crc8(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x80 ? ((sum << 1) ^ 0x07) & 0xff : sum << 1;
  }
  return sum;
}
