import { describe, expect, test } from "vitest";
import { BlockwiseBlob, ForwardReader } from "../../../../../client/host/read/bytes.ts";
import { cleanText, readTags } from "../../../../../client/host/read/tags.ts";
import { fixture, framed, id3, noise, TAGS, withCover } from "../../../../support/odd-songs.ts";

const blob = (bytes: Buffer) => new Blob([new Uint8Array(bytes)]);

describe("tags", () => {
  test.each([
    ["vbr.mp3", "audio/mpeg"],
    ["vorbis.ogg", "audio/ogg"],
    ["opus.ogg", "audio/ogg"],
    ["mono.flac", "audio/flac"],
    ["aac.m4a", "audio/mp4"],
    ["alac.m4a", "audio/mp4"],
  ])("of %s are read", async (name, type) => {
    expect(await readTags(blob(fixture(name)), type)).toEqual({ ...TAGS, picture: undefined });
  });

  test("of WebM are read", async () => {
    const { title, artist } = await readTags(blob(fixture("opus.webm")), "audio/webm");
    expect({ title, artist }).toEqual({ title: TAGS.title, artist: TAGS.artist });
  });

  test("may have a picture of 12 MB", async () => {
    const { picture } = await readTags(blob(withCover(fixture("vbr.mp3"))), "audio/mpeg");
    expect(picture).toMatchObject({ type: "image/png" });
    expect(picture!.size).toBeGreaterThan(12_000_000);
  });

  test("that are damaged, or not there, are empty", async () => {
    const none = { title: "", artist: "", album: "", picture: undefined };
    expect(await readTags(blob(noise(5_000)), "audio/mpeg")).toEqual(none);
    expect(await readTags(blob(fixture("mono.flac").subarray(0, 30)), "audio/flac")).toEqual(none);
  });

  test("may have a title of megabytes", async () => {
    const title = Buffer.concat([Buffer.from([3]), Buffer.alloc(2_000_000, "ab")]);
    const song = Buffer.concat([id3(framed("TIT2", title)), fixture("vbr.mp3").subarray(95)]);
    expect((await readTags(blob(song), "audio/mpeg")).title).toBe("ab".repeat(100));
  });
});

describe("text of a tag", () => {
  test.each([
    ["has its spaces put together", "  Night\t\n Bus ", "Night Bus"],
    ["has no control characters", "Ni\u0007ght\u0000Bus", "Ni ght Bus"],
    ["does not turn the direction of what follows", "Night\u202e Bus\u2066", "Night Bus"],
    ["has no halves of characters", "Night\ud83d Bus", "Night Bus"],
    ["is cut after 200 characters, not within one", "🚌".repeat(300), "🚌".repeat(100)],
    ["may be in any script", "夜行バス شب", "夜行バス شب"],
    ["is empty if it is no text", 12, ""],
  ])("%s", (_, text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });
});

describe("a file that is read in blocks gives the bytes that it has", () => {
  const bytes = noise(2_500_000);

  test("from front to back, over the ends of blocks too", async () => {
    const reader = new ForwardReader(blob(bytes));
    for (const [from, length] of [
      [0, 10],
      [999_995, 10],
      [1_500_000, 4],
      [2_499_996, 100],
    ] as const) {
      const { buffer, byteOffset, byteLength } = await reader.at(from, length);
      expect(Buffer.from(buffer, byteOffset, byteLength).equals(bytes.subarray(from, from + length))).toBe(
        true,
      );
    }
  });

  test("or in any order, as a Blob", async () => {
    const file = new BlockwiseBlob(blob(bytes), "audio/mpeg");
    expect(file).toMatchObject({ size: bytes.length, type: "audio/mpeg" });
    for (const [from, to] of [
      [0, 10],
      [65_530, 65_545],
      [20, 200_000],
      [5, 6],
      [2_499_999, 2_600_000],
    ] as const) {
      const part = Buffer.from(await file.slice(from, to).arrayBuffer());
      expect(part.equals(bytes.subarray(from, to))).toBe(true);
    }
  });
});
