import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32, deflateSync } from "node:zlib";
import { randomOf } from "./random.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/songs/", import.meta.url));

/** What the page must make of a file. */
export interface OddSong {
  readonly name: string;
  readonly bytes: Buffer;
  /** How long it plays, s; undefined if it must be refused. */
  readonly seconds?: number;
  /** Words of the refusal. */
  readonly refusal?: string;
}

/** What the files of test/fixtures/songs tell of themselves. */
export const TAGS = { title: "Night Bus", artist: "The Placeholders", album: "Made for Tests" };

/** A file of test/fixtures/songs: six seconds, of which three are silence. */
export function fixture(name: string): Buffer {
  return readFileSync(FIXTURES + name);
}

const SECONDS = 6;
const RATE_HZ = 22_050;

const plays = (name: string, bytes: Buffer, seconds = SECONDS): OddSong => ({ name, bytes, seconds });
const refused = (name: string, bytes: Buffer, refusal: string): OddSong => ({ name, bytes, refusal });

/** Songs of ten formats as programs write them. */
export function plainSongs(): OddSong[] {
  return [
    plays("plain.mp3", fixture("vbr.mp3")),
    plays("plain.wav", wav(1, RATE_HZ)),
    plays("plain.flac", fixture("mono.flac")),
    plays("vorbis.ogg", fixture("vorbis.ogg")),
    plays("opus.ogg", fixture("opus.ogg")),
    plays("aac.m4a", fixture("aac.m4a")),
    plays("opus.webm", fixture("opus.webm")),
    plays("bare.aac", fixture("adts.aac")),
    plays("plain.aiff", aiff(2, RATE_HZ)),
    refused("alac.m4a", fixture("alac.m4a"), "is Apple Lossless (ALAC), which this browser cannot play"),
  ];
}

/** What people have in truth: songs that a player is wrong about, and what is no song. */
export function oddSongs(): OddSong[] {
  const [mp3, vorbis, opus] = [fixture("vbr.mp3"), fixture("vorbis.ogg"), fixture("opus.ogg")];
  const [aac, flac, adts] = [fixture("aac.m4a"), fixture("mono.flac"), fixture("adts.aac")];
  const bare = withoutXing(mp3);
  const cutOgg = oggUpTo(vorbis, 4);
  return [
    plays("constant.mp3", withoutXing(fixture("cbr.mp3"))),
    plays("varying, without Xing.mp3", bare),
    plays("cover.mp3", withCover(bare)),
    plays("garbage in front.mp3", Buffer.concat([noise(5_000), bare])),
    plays("garbage within.mp3", withWithin(bare, 6_000, noise(3_000))),
    plays("garbage in front.aac", Buffer.concat([noise(5_000), adts])),
    plays("garbage in front.ogg", Buffer.concat([noise(5_000), vorbis])),
    plays("garbage in front.flac", Buffer.concat([noise(5_000), flac])),
    plays("tag in front.flac", Buffer.concat([id3(framed("TIT2", "Tagged")), flac])),
    plays("cut.mp3", mp3UpTo(mp3, 4), 4),
    plays("cut.wav", wav(1, RATE_HZ).subarray(0, 44 + 4 * RATE_HZ * 2), 4),
    plays("cut.aiff", aiff(2, RATE_HZ).subarray(0, 54 + 4 * RATE_HZ * 4), 4),
    plays("cut.flac", flacUpTo(flac, 4.6), 4.6),
    plays("cut.ogg", cutOgg.bytes, cutOgg.seconds),
    plays("cut.m4a", mp4UpTo(aac, 4), 4),
    plays("cut.aac", adtsUpTo(adts, 4), 4),
    plays("chained.ogg", Buffer.concat([vorbis, vorbis]), 2 * SECONDS),
    plays("chained opus.ogg", Buffer.concat([opus, opus, opus]), 3 * SECONDS),
    plays("chained of two makings.ogg", Buffer.concat([vorbis, fixture("other-vorbis.ogg")]), 2 * SECONDS),
    plays("fragmented.m4a", fixture("fragmented.m4a")),
    plays("recorded.webm", fixture("live.webm")),
    plays("telephone.wav", wav(1, 8_000)),
    plays("studio.aiff", aiff(2, 96_000)),
    plays("six channels.wav", wav(6, 48_000)),
    plays("six channels.m4a", fixture("surround.m4a")),
    plays("studio.wav", wav(2, 96_000)),
    plays("piped.wav", unsized(wav(1, RATE_HZ))),
    plays("in truth m4a.mp3", aac),
    refused("no index.m4a", withoutIndex(aac), "the index at its end is missing"),
    refused("bought.m4p", replaced(aac, "mp4a", "drms"), "is protected against copying (DRM)"),
    refused("old.wma", fixture("windows.wma"), "is Windows Media (WMA), which this browser cannot play"),
    refused("film.webm", fixture("pictures.webm"), "has pictures, but no sound"),
    refused("page.mp3", Buffer.from("<!DOCTYPE html><html><title>Song</title></html>"), "is a web page"),
    refused("photo.mp3", png(8, 8), "is not music"),
    refused("noise.mp3", noise(60_000), "cannot play “noise.mp3”"),
    refused("empty.mp3", Buffer.alloc(0), "is empty"),
  ];
}

/** Writes the songs to a folder. Returns their paths, in this order. */
export function writeSongs(folder: string, songs: readonly OddSong[]): string[] {
  mkdirSync(folder, { recursive: true });
  return songs.map(({ name, bytes }) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  });
}

/** A WAV file of six seconds of a tone. */
export function wav(channels: number, rateHz: number): Buffer {
  const samples = tone(channels, rateHz);
  const header = Buffer.alloc(44);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rateHz, 24);
  header.writeUInt32LE(rateHz * channels * 2, 28);
  header.writeUInt16LE(channels * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

/** As programs write it that cannot go back to the beginning. */
export function unsized(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt32LE(0xffffffff, 4);
  copy.writeUInt32LE(0xffffffff, 40);
  return copy;
}

/** An AIFF file of some times six seconds of a tone. */
export function aiff(channels: number, rateHz: number, times = 1): Buffer {
  const samples = Buffer.concat(Array<Buffer>(times).fill(tone(channels, rateHz).swap16()));
  const header = Buffer.alloc(54);
  header.write("FORM", 0, "latin1");
  header.writeUInt32BE(46 + samples.length, 4);
  header.write("AIFFCOMM", 8, "latin1");
  header.writeUInt32BE(18, 16);
  header.writeUInt16BE(channels, 20);
  header.writeUInt32BE(samples.length / channels / 2, 22);
  header.writeUInt16BE(16, 26);
  const exponent = Math.floor(Math.log2(rateHz));
  header.writeUInt16BE(16_383 + exponent, 28);
  header.writeUInt32BE(rateHz * 2 ** (31 - exponent), 30);
  header.write("SSND", 38, "latin1");
  header.writeUInt32BE(8 + samples.length, 42);
  return Buffer.concat([header, samples]);
}

function tone(channels: number, rateHz: number): Buffer {
  const samples = Buffer.alloc(SECONDS * rateHz * channels * 2);
  for (let n = 0; n < samples.length / 2; n++)
    samples.writeInt16LE(
      Math.round(8_000 * Math.sin((2 * Math.PI * 440 * Math.floor(n / channels)) / rateHz)),
      n * 2,
    );
  return samples;
}

export function noise(bytes: number): Buffer {
  const random = randomOf(7);
  return Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 255)));
}

/** Where each frame of an mp3 of MPEG-2, layer III, begins, and where the last one ends. */
function mp3Frames(mp3: Buffer): number[] {
  const starts: number[] = [];
  let at = mp3.toString("latin1", 0, 3) === "ID3" ? 10 + mp3[8]! * 128 + mp3[9]! : 0;
  for (; at + 4 <= mp3.length && mp3[at] === 0xff; ) {
    starts.push(at);
    const kilobits = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160][mp3[at + 2]! >> 4]!;
    at += Math.floor((72_000 * kilobits) / RATE_HZ) + ((mp3[at + 2]! >> 1) & 1);
  }
  return [...starts, at];
}

/** An mp3 without its tag and the frame before its sound. */
export function withoutXing(mp3: Buffer): Buffer {
  return mp3.subarray(mp3Frames(mp3)[1]);
}

/** An mp3 up to a time, in the middle of a frame. */
export function mp3UpTo(mp3: Buffer, seconds: number): Buffer {
  return mp3.subarray(0, mp3Frames(mp3)[1 + Math.round((seconds * RATE_HZ) / 576)]! + 20);
}

/** Bare AAC up to a time, in the middle of a frame. */
export function adtsUpTo(aac: Buffer, seconds: number): Buffer {
  let at = 0;
  for (let n = 0; n < (seconds * RATE_HZ) / 1_024; n++) at += (aac.readUInt32BE(at + 2) >>> 5) & 0x1fff;
  return aac.subarray(0, at + 8);
}

/** FLAC up to a time, in the middle of a frame. All frames are as long, and begin with the same bytes. */
export function flacUpTo(flac: Buffer, seconds: number): Buffer {
  const first = flac.indexOf(Buffer.from([0xff, 0xf8]), 42);
  let at = first;
  for (let n = 0; n < Math.floor((seconds * 8_000) / flac.readUInt16BE(8)); n++)
    at = flac.indexOf(flac.subarray(first, first + 4), at + 4);
  return flac.subarray(0, at + 50);
}

/** An Ogg file up to the first page that ends after a time. */
function oggUpTo(ogg: Buffer, seconds: number): { bytes: Buffer; seconds: number } {
  let [at, end] = [0, 0];
  for (;;) {
    const granule = Number(ogg.readBigInt64LE(at + 6));
    if (granule > seconds * RATE_HZ) return { bytes: ogg.subarray(0, at + 40), seconds: end / RATE_HZ };
    end = Math.max(granule, end);
    const segments = ogg.subarray(at + 27, at + 27 + ogg[at + 26]!);
    at += 27 + segments.length + segments.reduce((sum, one) => sum + one, 0);
  }
}

/** An MP4 file, with its index first, up to a time. */
function mp4UpTo(mp4: Buffer, seconds: number): Buffer {
  const sizes = mp4.indexOf("stsz");
  let at = mp4.indexOf("mdat") + 4;
  for (let n = 0; n < (seconds * RATE_HZ) / 1_024; n++) at += mp4.readUInt32BE(sizes + 16 + 4 * n);
  return mp4.subarray(0, at + 10);
}

/** An MP4 file, with its index first, as one would be without the index that comes last. */
function withoutIndex(mp4: Buffer): Buffer {
  const index = mp4.indexOf("moov") - 4;
  return Buffer.concat([mp4.subarray(0, index), mp4.subarray(index + mp4.readUInt32BE(index), -2_000)]);
}

function replaced(file: Buffer, from: string, to: string): Buffer {
  const copy = Buffer.from(file);
  copy.write(to, copy.indexOf(from), "latin1");
  return copy;
}

export function withWithin(file: Buffer, at: number, bytes: Buffer): Buffer {
  return Buffer.concat([file.subarray(0, at), bytes, file.subarray(at)]);
}

/** A tag of ID3 2.3. */
export function id3(...frames: Buffer[]): Buffer {
  const head = Buffer.alloc(10);
  head.write("ID3", 0, "latin1");
  head[3] = 3;
  const content = Buffer.concat(frames);
  for (let n = 0, bytes = content.length; n < 4; n++, bytes >>= 7) head[9 - n] = bytes & 0x7f;
  return Buffer.concat([head, content]);
}

/** A frame of such a tag. */
export function framed(name: string, content: string | Buffer): Buffer {
  const bytes = typeof content === "string" ? Buffer.from(`\0${content}`, "latin1") : content;
  const head = Buffer.alloc(10);
  head.write(name, 0, "latin1");
  head.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

/** An mp3 from its first frame on. */
function withoutTag(mp3: Buffer): Buffer {
  return mp3.subarray(mp3Frames(mp3)[0]);
}

/** A song with a picture of about 12 MB in its tag. */
export function withCover(song: Buffer): Buffer {
  const about = Buffer.from("\0image/png\0\x03\0", "latin1");
  const texts = [framed("TIT2", TAGS.title), framed("TPE1", TAGS.artist), framed("TALB", TAGS.album)];
  const picture = framed("APIC", Buffer.concat([about, png(2_900, 1_450)]));
  return Buffer.concat([id3(...texts, picture), withoutTag(song)]);
}

/** A picture of red pixels, not compressed. */
function png(width: number, height: number): Buffer {
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from([255, 0, 0]))]);
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2], 8);
  const rows = deflateSync(Buffer.concat(Array<Buffer>(height).fill(row)), { level: 0 });
  const chunks = [chunk("IHDR", size), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks]);
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
