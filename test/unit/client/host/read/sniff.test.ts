import { describe, expect, test } from "vitest";
import { readOggChain } from "../../../../../client/host/read/ogg-links.ts";
import { buriedAt, sniff } from "../../../../../client/host/read/sniff.ts";
import { aiff, fixture, framed, id3, noise, wav } from "../../../../support/odd-songs.ts";

const blob = (...parts: (Buffer | string)[]) =>
  new Blob(parts.map((part) => (typeof part === "string" ? part : new Uint8Array(part))));

describe("a file is known by its first bytes", () => {
  test.each([
    ["mp3", fixture("vbr.mp3")],
    ["mp3", fixture("vbr.mp3").subarray(95)],
    ["wav", wav(1, 8_000)],
    ["aiff", aiff(1, 8_000)],
    ["flac", fixture("mono.flac")],
    ["ogg", fixture("vorbis.ogg")],
    ["mp4", fixture("aac.m4a")],
    ["webm", fixture("opus.webm")],
    ["adts", fixture("adts.aac")],
  ])("%s", async (kind, file) => {
    expect(await sniff(blob(file))).toMatchObject({ kind, refusal: undefined });
  });

  test("after tags of ID3", async () => {
    const [one, other] = [id3(framed("TIT2", "a".repeat(300))), id3(framed("TALB", "b"))];
    expect(await sniff(blob(one, other, fixture("mono.flac")))).toEqual({
      kind: "flac",
      from: one.length + other.length,
      refusal: undefined,
    });
  });

  test("or not at all", async () => {
    expect(await sniff(blob(noise(5_000)))).toEqual({ kind: undefined, from: 0, refusal: undefined });
    expect(await sniff(blob("I"))).toEqual({ kind: undefined, from: 0, refusal: undefined });
  });
});

describe("is refused with the reason:", () => {
  test.each([
    "<!DOCTYPE html><title>Song</title>",
    "\ufeff\r\n <html lang=en>",
    "<!-- saved from a page --><!-- twice -->\n<HTML>",
  ])("a web page that begins with %j", async (text) => {
    expect((await sniff(blob(text))).refusal).toEqual({ reason: "webPage" });
  });

  test.each(["GIF89a", "%PDF-1.7", "PK\x03\x04", "MZ"])("what begins with %j", async (text) => {
    expect((await sniff(blob(text))).refusal).toEqual({ reason: "notMusic" });
  });

  test("music that browsers do not know", async () => {
    const refusal = { reason: "unknownFormat", format: "Windows Media (WMA)" };
    expect((await sniff(blob(fixture("windows.wma")))).refusal).toEqual(refusal);
  });
});

test.each(["vorbis.ogg", "mono.flac"])("%s is found behind bytes that belong to nothing", async (name) => {
  expect(await buriedAt(blob(noise(5_000), fixture(name)))).toBe(5_000);
  expect(await buriedAt(blob(noise(5_000)))).toBeUndefined();
});

describe("a chain of Ogg", () => {
  const song = fixture("vorbis.ogg");

  test("has as many links as files were put together", async () => {
    const at = song.length;
    expect(await readOggChain(blob(song))).toEqual({ links: [{ from: 0, to: at }], isCut: false });
    expect((await readOggChain(blob(song, song, song))).links).toEqual([
      { from: 0, to: at },
      { from: at, to: 2 * at },
      { from: 2 * at, to: 3 * at },
    ]);
  });

  test("may be damaged between its pages", async () => {
    const damaged = blob(song, noise(2_000), song);
    expect((await readOggChain(damaged)).links).toEqual([
      { from: 0, to: song.length + 2_000 },
      { from: song.length + 2_000, to: damaged.size },
    ]);
  });

  test("has one link for streams that begin together", async () => {
    const first = song.subarray(0, 58);
    expect((await readOggChain(blob(first, song))).links).toHaveLength(1);
  });

  test("that was cut ends within a page", async () => {
    expect((await readOggChain(blob(song, song.subarray(0, -5)))).isCut).toBe(true);
  });
});
