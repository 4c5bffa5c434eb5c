import {
  BlobSource,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
  Logging,
  LogLevel,
  MATROSKA,
  MP4,
  OGG,
  QTFF,
  WEBM,
} from "mediabunny";
import { bytesAt, textAt } from "./bytes.ts";
import { readOggChain } from "./ogg-links.ts";
import { decoded, packed } from "./pack.ts";
import type { Refusal, Sound } from "./report.ts";

/** How far what a header tells may be from the packets, s. */
const TRUSTED_S = 0.05;
/** How many boxes of an MP4 file are looked at. Fragmented files have thousands. */
const BOXES_MAX = 10_000;

/** Codecs as people call them; others by their technical name. */
const FORMATS: Record<string, string> = {
  alac: "Apple Lossless (ALAC)",
  aac: "AAC",
  ac3: "Dolby Digital (AC-3)",
  eac3: "Dolby Digital Plus (E-AC-3)",
  dts: "DTS",
  flac: "FLAC",
  mp3: "mp3",
  opus: "Opus",
  vorbis: "Vorbis",
};

/** Names of sound that only its seller's programs can play. */
const PROTECTED = /^(drms|enca|p608)$/;

// What the library warns of, the page tells the host.
Logging.level = LogLevel.Silent;

export type Found = { sound: Sound } | { refusal: Refusal };

/** Opens the sound of a file in one of the containers that are read packet by packet. */
export async function openSound(file: Blob): Promise<InputAudioTrack | null> {
  return open(file).getPrimaryAudioTrack();
}

/** Opens the pictures of such a file. */
export async function openPictures(file: Blob): Promise<InputVideoTrack | null> {
  return open(file).getPrimaryVideoTrack();
}

function open(file: Blob): Input {
  return new Input({ source: new BlobSource(file), formats: [MP4, QTFF, WEBM, MATROSKA, OGG] });
}

/**
 * Measures a file of MP4, QuickTime, WebM or Matroska.
 * @throws Error if it is damaged
 */
export async function readContainer(file: Blob, mime: "audio/mp4" | "audio/webm"): Promise<Found> {
  const boxes =
    mime === "audio/mp4" ? await boxesOf(file) : { isCut: false, isFragmented: false, hasIndex: true };
  if (!boxes.hasIndex) return { refusal: { reason: boxes.isCut ? "cutShort" : "unplayable" } };
  const track = await openSound(file);
  if (!track) return { refusal: { reason: "noSound" } };
  const codec = await codecOf(track);
  if (PROTECTED.test(codec)) return { refusal: { reason: "isProtected" } };
  const filmType = (await openPictures(file)) ? mime.replace("audio", "video") : undefined;
  const about = { type: await typeOf(track, mime, codec), format: FORMATS[codec] ?? codec, filmType };
  if (!(await track.getCodec())) {
    const durationS = (await track.getDurationFromMetadata()) ?? undefined;
    return { sound: { ...about, durationS, isSure: true } };
  }
  const [begin, end] = [await track.getFirstTimestamp(), await track.computeDuration()];
  const told = await track.getDurationFromMetadata();
  const isRight =
    told !== null && Math.abs(told - end) < TRUSTED_S && Math.abs(begin) < TRUSTED_S && !boxes.isFragmented;
  if (isRight && !boxes.isCut)
    return { sound: { ...about, durationS: end - Math.max(begin, 0), isSure: true } };
  return mendedSound([file], about);
}

/**
 * Measures an Ogg file. The links of a chain become one file.
 * @throws Error if it is damaged
 */
export async function readOgg(file: Blob): Promise<Found> {
  const chain = await readOggChain(file);
  const links = chain.links.map(({ from, to }) => file.slice(from, to));
  const track = links[0] && (await openSound(links[0]));
  // Speex or FLAC in Ogg, which the library does not read: an element may know it.
  if (!track) return { sound: { type: "audio/ogg", format: "Ogg", durationS: undefined, isSure: false } };
  const codec = await codecOf(track);
  const about = { type: await typeOf(track, "audio/ogg", codec), format: FORMATS[codec] ?? codec };
  const begin = await track.getFirstTimestamp();
  if (links.length > 1 || begin > TRUSTED_S || chain.isCut) return mendedSound(links, about);
  return { sound: { ...about, durationS: (await track.computeDuration()) - begin, isSure: true } };
}

type About = Pick<Sound, "type" | "format" | "filmType">;

async function mendedSound(links: readonly Blob[], about: About): Promise<Found> {
  const tracks = await Promise.all(links.map(openSound));
  const mended = (await packed(tracks)) ?? (await decoded(tracks));
  if (!mended) return { refusal: { reason: "mixedLinks" } };
  const { playable, durationS } = mended;
  return {
    sound: { ...about, type: playable?.type ?? about.type, durationS, mended: playable, isSure: true },
  };
}

async function codecOf(track: InputAudioTrack): Promise<string> {
  const internal = await track.getInternalCodecId();
  const isNamed = typeof internal === "string" && PROTECTED.test(internal);
  const known = isNamed ? undefined : await track.getCodec();
  if (known) return known;
  return typeof internal === "string" ? internal.toLowerCase() : "";
}

async function typeOf(track: InputAudioTrack, mime: string, codec: string): Promise<string> {
  return `${mime}; codecs="${(await track.getCodecParameterString()) ?? codec}"`;
}

/** What the boxes at the top of an MP4 file tell. */
async function boxesOf(file: Blob) {
  let [at, hasIndex, isFragmented] = [0, false, false];
  for (let n = 0; n < BOXES_MAX && at < file.size; n++) {
    const head = await bytesAt(file, at, 16);
    if (head.byteLength < 8) break;
    const [short, name] = [head.getUint32(0), textAt(head, 4, 4)];
    const size = short === 1 && head.byteLength === 16 ? Number(head.getBigUint64(8)) : short;
    // 0: it goes on to the end of the file.
    const end = size === 0 ? file.size : at + size;
    hasIndex ||= name === "moov" && end <= file.size;
    isFragmented ||= name === "moof";
    if (size !== 0 && size < 8) break;
    at = end;
  }
  return { isCut: at > file.size, isFragmented, hasIndex };
}
