import { bytesAt, textAt } from "./bytes.ts";
import { movIndex } from "./mp4-index.ts";
import type { Sound } from "./report.ts";
import { FORMAT_FLOAT, FORMAT_INTEGER, wavFormat, wavHeader } from "./wav.ts";

const CHUNK_HEAD_BYTES = 8;
/** How many chunks are looked at. */
const CHUNKS_MAX = 200;
/** How much is turned at once; a whole number of samples of each size. */
const BLOCK_BYTES = 1_200_000;

/** Bytes of a sample, and the greatest rate, that are simple in QuickTime. */
const MOV_BYTES = [2, 3];
const MOV_RATE_MAX_HZ = 65_535;

const TYPE = { type: "audio/aiff", format: "AIFF" };

/** The samples of an AIFF file, as its chunks `COMM` and `SSND` tell. */
interface Samples {
  readonly channels: number;
  readonly rateHz: number;
  readonly bytesEach: number;
  /** How they are stored, as AIFF-C names it. */
  readonly coding: string;
  readonly at: number;
  /** Of those that are there. */
  readonly bytes: number;
}

/** Measures an AIFF file. */
export async function readAiff(file: Blob): Promise<Sound | undefined> {
  const samples = await findSamples(file);
  if (!samples) return undefined;
  const { channels, rateHz, bytesEach, bytes, coding } = samples;
  if (!isKnown(coding)) return { ...TYPE, durationS: undefined, isSure: false };
  return { ...TYPE, durationS: bytes / (channels * bytesEach * rateHz), isSure: true };
}

/**
 * A copy of an AIFF file as QuickTime, which Chromium plays. It refers to the file's bytes and takes no
 * memory. Undefined for samples that are stored in other ways than the usual one.
 */
export async function movOfAiff(file: Blob): Promise<Blob | undefined> {
  const samples = await findSamples(file);
  if (samples?.coding !== "NONE" || !MOV_BYTES.includes(samples.bytesEach)) return undefined;
  if (samples.rateHz > MOV_RATE_MAX_HZ) return undefined;
  const { at, bytes } = samples;
  return new Blob([movIndex(samples, bytes), file.slice(at, at + bytes)], { type: "video/quicktime" });
}

/** A copy of an AIFF file as WAV, which every browser plays. It has one block in memory at a time. */
export async function wavOfAiff(file: Blob): Promise<Blob | undefined> {
  const samples = await findSamples(file);
  if (!samples || !isKnown(samples.coding)) return undefined;
  const { channels, rateHz, bytesEach, bytes, at, coding } = samples;
  const tag = /^fl/i.test(coding) ? FORMAT_FLOAT : FORMAT_INTEGER;
  const parts: BlobPart[] = [wavHeader(wavFormat(tag, channels, rateHz, bytesEach * 8), bytes)];
  if (coding === "sowt") parts.push(file.slice(at, at + bytes));
  else
    for (let done = 0; done < bytes; done += BLOCK_BYTES) {
      const block = await bytesAt(file, at + done, Math.min(BLOCK_BYTES, bytes - done));
      // As a Blob it is the browser's, which may keep it on the disk.
      parts.push(new Blob([turned(new Uint8Array(block.buffer), bytesEach)]));
    }
  return new Blob(parts, { type: "audio/wav" });
}

function isKnown(coding: string): boolean {
  return ["NONE", "twos", "sowt", "in24", "in32", "fl32", "FL32", "fl64", "FL64"].includes(coding);
}

/** Samples with their bytes in the other order. Those of one byte have a sign in AIFF, and none in WAV. */
export function turned(bytes: Uint8Array<ArrayBuffer>, bytesEach: number): Uint8Array<ArrayBuffer> {
  if (bytesEach === 1) return bytes.map((byte) => byte ^ 0x80);
  const last = bytesEach - 1;
  for (let at = 0; at + last < bytes.length; at += bytesEach)
    for (let n = 0; n < bytesEach >> 1; n++) {
      const [one, other] = [at + n, at + last - n];
      const byte = bytes[one]!;
      bytes[one] = bytes[other]!;
      bytes[other] = byte;
    }
  return bytes;
}

async function findSamples(file: Blob): Promise<Samples | undefined> {
  let common: Pick<Samples, "channels" | "rateHz" | "bytesEach" | "coding"> | undefined;
  let place: Pick<Samples, "at" | "bytes"> | undefined;
  let at = 12;
  for (let n = 0; n < CHUNKS_MAX && !(common && place); n++) {
    const head = await bytesAt(file, at, CHUNK_HEAD_BYTES + 22);
    if (head.byteLength < CHUNK_HEAD_BYTES + 8) break;
    const [name, bytes] = [textAt(head, 0, 4), head.getUint32(4)];
    at += CHUNK_HEAD_BYTES;
    if (name === "COMM" && head.byteLength >= CHUNK_HEAD_BYTES + 18) common = commonOf(head, bytes);
    if (name === "SSND") place = { at: at + 8 + head.getUint32(8), bytes: Math.max(bytes - 8, 0) };
    at += bytes + (bytes & 1);
  }
  if (!common || !place) return undefined;
  const frameBytes = common.channels * common.bytesEach;
  const there = Math.min(place.bytes, Math.max(file.size - place.at, 0));
  if (frameBytes === 0 || common.rateHz === 0) return undefined;
  return { ...common, at: place.at, bytes: there - (there % frameBytes) };
}

/** The chunk `COMM`, with its head before it. */
function commonOf(chunk: DataView, bytes: number) {
  // A number of 80 bits: its exponent, and 32 of the 64 bits after it.
  const rateHz = chunk.getUint32(18) * 2 ** ((chunk.getUint16(16) & 0x7fff) - 16_383 - 31);
  const isCompressible = bytes >= 22 && chunk.byteLength >= 30;
  return {
    channels: chunk.getUint16(8),
    bytesEach: Math.ceil(chunk.getUint16(14) / 8),
    rateHz: Math.round(rateHz),
    coding: isCompressible ? textAt(chunk, 26, 4) : "NONE",
  };
}
