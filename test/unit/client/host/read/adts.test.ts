import { EncodedPacketSink } from "mediabunny";
import { describe, expect, test } from "vitest";
import { readAdts } from "../../../../../client/host/read/adts.ts";
import { openSound } from "../../../../../client/host/read/container.ts";
import { adtsUpTo, fixture, noise, withWithin } from "../../../../support/odd-songs.ts";

const song = fixture("adts.aac");
const blob = (bytes: Buffer) => new Blob([new Uint8Array(bytes)]);
/** The song, and what an encoder adds in front and behind. */
const FRAMES_S = (131 * 1_024) / 22_050;

describe("a file of bare AAC", () => {
  test.each([
    ["that is whole", song, FRAMES_S],
    ["that was cut", adtsUpTo(song, 4), 4],
    ["with bytes in front that belong to nothing", Buffer.concat([noise(5_000), song]), FRAMES_S],
    ["with bytes within that belong to nothing", withWithin(song, 6_000, noise(3_000)), FRAMES_S],
  ])("%s gets an index of all its frames", async (_, file, seconds) => {
    const sound = await readAdts(blob(file));
    expect(sound?.durationS).toBeCloseTo(seconds, 1);
    const track = await openSound(sound!.mended!);
    expect(await track!.getCodecParameterString()).toBe("mp4a.40.2");
    expect([await track!.getSampleRate(), await track!.getNumberOfChannels()]).toEqual([22_050, 1]);
    expect(await track!.computeDuration()).toBeCloseTo(sound!.durationS!, 3);
    const packet = await new EncodedPacketSink(track!).getPacket(1);
    const data = Buffer.from(packet!.data);
    expect(file.includes(data)).toBe(true);
    // Seven bytes of head are in front of each frame.
    expect(file.readUInt16BE(file.indexOf(data) - 7) >> 4).toBe(0xfff);
  });

  test("is not seen in noise", async () => {
    expect(await readAdts(blob(noise(60_000)))).toBeUndefined();
  });
});
