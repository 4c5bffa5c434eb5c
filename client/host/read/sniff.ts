import { bytesAt, textAt } from "./bytes.ts";
import type { Refusal } from "./report.ts";

/** The formats that this program measures itself, and their MIME types. */
export const KINDS = {
  wav: "audio/wav",
  aiff: "audio/aiff",
  flac: "audio/flac",
  ogg: "audio/ogg",
  mp4: "audio/mp4",
  webm: "audio/webm",
  adts: "audio/aac",
  mp3: "audio/mpeg",
} as const;

export type Kind = keyof typeof KINDS;

export interface Sniffed {
  /** Undefined if nothing is known by the first bytes. */
  readonly kind: Kind | undefined;
  /** Where the sound begins: after tags of ID3. */
  readonly from: number;
  /** Why it cannot be played, if so much is clear. */
  readonly refusal: Refusal | undefined;
}

const HEAD_BYTES = 512;
const ID3_HEAD_BYTES = 10;
/** How many tags one after the other are looked at. */
const TAGS_MAX = 20;

/** Formats of music by their first bytes, which browsers do not play, as people call them. */
const OTHER_MUSIC: readonly [begin: string, format: string][] = [
  ["0&\xb2u\x8ef\xcf\x11", "Windows Media (WMA)"],
  ["MAC ", "Monkey’s Audio (APE)"],
  ["wvpk", "WavPack"],
  ["MPCK", "Musepack"],
  ["MP+", "Musepack"],
  ["DSD ", "DSD"],
  ["FRM8", "DSD"],
  ["MThd", "MIDI"],
  ["#!AMR", "AMR"],
  [".RMF", "RealAudio"],
  ["TTA1", "True Audio (TTA)"],
  ["caff", "Core Audio Format (CAF)"],
];

/** What is no music: PNG, JPEG, GIF, PDF, ZIP and documents in it, RAR, 7z, gzip, programs. */
const NO_MUSIC = [
  ...["\x89PNG", "\xff\xd8\xff", "GIF8", "%PDF", "PK\x03\x04", "Rar!", "7z\xbc\xaf", "\x1f\x8b"],
  ...["\x7fELF", "MZ"],
];
const WEB_PAGE = /^[\s\xef\xbb\xbf]*(<!--[\s\S]*?-->\s*)*<(!doctype html|html|head|body)\b/i;

/** Tells a file's format by its first bytes. Names say little: a saved web page may be called mp3. */
export async function sniff(file: Blob): Promise<Sniffed> {
  const from = await afterId3(file);
  const head = await bytesAt(file, from, HEAD_BYTES);
  const text = textAt(head, 0, HEAD_BYTES);
  const kind = kindOf(text);
  return { kind, from, refusal: kind ? undefined : refusalOf(text) };
}

async function afterId3(file: Blob): Promise<number> {
  let from = 0;
  for (let n = 0; n < TAGS_MAX; n++) {
    const head = await bytesAt(file, from, ID3_HEAD_BYTES);
    if (head.byteLength < ID3_HEAD_BYTES || textAt(head, 0, 3) !== "ID3") return from;
    // Seven bits in each of four bytes; a flag tells of a foot, as long as the head (ID3 2.4.0 §3.1).
    let bytes = 0;
    for (let at = 6; at < 10; at++) bytes = bytes * 128 + (head.getUint8(at) & 0x7f);
    from += bytes + ID3_HEAD_BYTES * (head.getUint8(5) & 0x10 ? 2 : 1);
  }
  return from;
}

/** How far into a file the beginning of another format is looked for. */
const SEARCH_BYTES = 262_144;

/** The first page of a stream of Ogg; STREAMINFO of FLAC. */
const BEGINS = ["OggS\0\x02", "fLaC\0\0\0\x22"];

/** Where Ogg or FLAC begins behind bytes that belong to nothing; undefined if nowhere. */
export async function buriedAt(file: Blob): Promise<number | undefined> {
  const text = textAt(await bytesAt(file, 0, SEARCH_BYTES), 0, SEARCH_BYTES);
  const found = BEGINS.map((begin) => text.indexOf(begin)).filter((at) => at > 0);
  return found.length > 0 ? Math.min(...found) : undefined;
}

/** @param head the first bytes, a character each */
export function kindOf(head: string): Kind | undefined {
  if (/^(RIFF|RF64|BW64).{4}WAVE/s.test(head)) return "wav";
  if (/^FORM.{4}AIF[FC]/s.test(head)) return "aiff";
  if (head.startsWith("fLaC")) return "flac";
  if (head.startsWith("OggS")) return "ogg";
  if (/^.{4}(ftyp|moov|mdat|wide|free|skip|pnot)/s.test(head)) return "mp4";
  if (head.startsWith("\x1a\x45\xdf\xa3")) return "webm";
  if (/^\xff[\xf0\xf1\xf8\xf9]/.test(head)) return "adts";
  if (/^\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]/.test(head) && !head.startsWith("\xff\xff")) return "mp3";
  return undefined;
}

function refusalOf(head: string): Refusal | undefined {
  if (WEB_PAGE.test(head)) return { reason: "webPage" };
  if (NO_MUSIC.some((begin) => head.startsWith(begin))) return { reason: "notMusic" };
  const music = OTHER_MUSIC.find(([begin]) => head.startsWith(begin));
  return music && { reason: "unknownFormat", format: music[1] };
}
