import { describe, expect, test } from "vitest";
import { movOfAiff, readAiff, turned, wavOfAiff } from "../../../../../client/host/read/aiff.ts";
import { openSound } from "../../../../../client/host/read/container.ts";
import { readWav } from "../../../../../client/host/read/wav.ts";
import { aiff, unsized, wav } from "../../../../support/odd-songs.ts";

const blob = (bytes: Buffer) => new Blob([new Uint8Array(bytes)]);
const bytesOf = async (file: Blob) => Buffer.from(await file.arrayBuffer());

describe("a WAV file", () => {
  test.each([
    ["of one channel", wav(1, 8_000)],
    ["of six channels", wav(6, 48_000)],
    ["of 96 kHz", wav(2, 96_000)],
  ])("%s is measured and left as it is", async (_, file) => {
    expect(await readWav(blob(file))).toMatchObject({ durationS: 6, isSure: true, mended: undefined });
  });

  test("that does not tell how long it is gets the length of the file", async () => {
    const sound = await readWav(blob(unsized(wav(2, 8_000))));
    expect(sound?.durationS).toBe(6);
    expect((await bytesOf(sound!.mended!)).equals(wav(2, 8_000))).toBe(true);
  });

  test("that was cut ends with its last whole sample", async () => {
    const sound = await readWav(blob(wav(2, 8_000).subarray(0, 44 + 4 * 32_000 + 3)));
    expect(sound?.durationS).toBe(4);
    expect(await readWav(sound!.mended!)).toMatchObject({ durationS: 4, mended: undefined });
  });

  test("may have other chunks, of an odd size too, before its sound", async () => {
    const file = wav(1, 8_000);
    const chunk = Buffer.from("LIST\x03\0\0\0abc\0", "latin1");
    const sound = await readWav(blob(Buffer.concat([file.subarray(0, 36), chunk, file.subarray(36)])));
    expect(sound).toMatchObject({ durationS: 6, mended: undefined });
  });

  test("that is compressed is left to the browser", async () => {
    const file = wav(1, 8_000);
    file.writeUInt16LE(2, 20);
    expect(await readWav(blob(file))).toMatchObject({ durationS: undefined, isSure: false });
  });

  test.each([4, 20, 40])("of %i bytes is none", async (bytes) => {
    expect(await readWav(blob(wav(1, 8_000).subarray(0, bytes)))).toBeUndefined();
  });
});

describe("an AIFF file", () => {
  test("is measured", async () => {
    expect(await readAiff(blob(aiff(2, 22_050)))).toMatchObject({ durationS: 6, isSure: true });
  });

  test("becomes a WAV file with the same samples", async () => {
    const copy = await wavOfAiff(blob(aiff(2, 96_000)));
    expect((await bytesOf(copy!)).equals(wav(2, 96_000))).toBe(true);
  });

  test("becomes a QuickTime file with the same samples", async () => {
    const copy = await movOfAiff(blob(aiff(2, 22_050)));
    const track = await openSound(copy!);
    expect(await track!.getCodec()).toBe("pcm-s16be");
    expect([await track!.getSampleRate(), await track!.getNumberOfChannels()]).toEqual([22_050, 2]);
    expect(await track!.computeDuration()).toBe(6);
    expect((await bytesOf(copy!)).subarray(-6 * 88_200).equals(aiff(2, 22_050).subarray(54))).toBe(true);
    expect(await movOfAiff(blob(aiff(2, 96_000)))).toBeUndefined();
  });

  test("that was cut ends with its last whole sample", async () => {
    const file = blob(aiff(2, 22_050).subarray(0, 54 + 4 * 88_200 + 3));
    expect((await readAiff(file))?.durationS).toBe(4);
    expect((await readWav((await wavOfAiff(file))!))?.durationS).toBe(4);
  });

  test("of one byte a sample loses the sign, and of three keeps their order turned", () => {
    expect([...turned(Uint8Array.of(0, 127, 128), 1)]).toEqual([128, 255, 0]);
    expect([...turned(Uint8Array.of(1, 2, 3, 4, 5, 6), 3)]).toEqual([3, 2, 1, 6, 5, 4]);
  });
});
