import { describe, expect, test } from "vitest";
import { readFlac } from "../../../../../client/host/read/flac.ts";
import { fixture, flacUpTo } from "../../../../support/odd-songs.ts";

const song = fixture("mono.flac");
const blob = (bytes: Buffer) => new Blob([new Uint8Array(bytes)]);

/** A copy that tells another number of samples. */
function telling(samples: number): Buffer {
  const copy = Buffer.from(song);
  copy.writeUInt32BE(samples, 22);
  return copy;
}

async function toldBy(file: Blob): Promise<number> {
  return Buffer.from(await file.arrayBuffer()).readUInt32BE(22);
}

describe("a FLAC file", () => {
  test("that is as long as it tells is left as it is", async () => {
    const sound = await readFlac(blob(song));
    expect(sound).toMatchObject({ durationS: 6, isSure: true });
    expect(sound?.mended).toBeUndefined();
  });

  test.each([
    ["tells nothing", 0],
    ["tells too little", 40_000],
  ])("that %s gets its true duration", async (_, samples) => {
    const sound = await readFlac(blob(telling(samples)));
    expect(sound).toMatchObject({ durationS: 6, isSure: true });
    expect(await toldBy(sound!.mended!)).toBe(48_000);
  });

  test("that was cut ends with its last whole frame", async () => {
    const sound = await readFlac(blob(flacUpTo(song, 4.6)));
    expect(sound!.durationS).toBeCloseTo(4.536, 5);
    expect(await toldBy(sound!.mended!)).toBe(4.536 * 8_000);
    expect((await readFlac(sound!.mended!))?.durationS).toBe(sound!.durationS);
  });

  test("without any frame is left to the browser", async () => {
    expect(await readFlac(blob(song.subarray(0, 60)))).toMatchObject({ isSure: false });
    expect(await readFlac(blob(song.subarray(0, 20)))).toBeUndefined();
  });
});
