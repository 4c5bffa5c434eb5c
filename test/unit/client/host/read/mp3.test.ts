import { EncodedPacketSink } from "mediabunny";
import { describe, expect, test } from "vitest";
import { openSound } from "../../../../../client/host/read/container.ts";
import { mp3Run, readMp3 } from "../../../../../client/host/read/mp3.ts";
import { parseMp3Frame } from "../../../../../client/host/read/mp3-frame.ts";
import { fixture, mp3UpTo, noise, withoutXing, withWithin } from "../../../../support/odd-songs.ts";

/** The frames of the songs: 6 s, and what an encoder adds in front and behind. */
const FRAMES_S = (232 * 576) / 22_050;
/** Where the sound of the song begins, after its tag. */
const AFTER_TAG = 95;

const blob = (...parts: Buffer[]) => new Blob(parts.map((part) => new Uint8Array(part)));

/** Counts what is read of a file. */
function counted(file: Blob): { file: Blob; readBytes(): number } {
  let bytes = 0;
  const { slice } = file;
  file.slice = (from, to) => {
    const part = slice.call(file, from, to);
    bytes += part.size;
    return part;
  };
  return { file, readBytes: () => bytes };
}

describe("the head of a frame", () => {
  test.each([
    [
      "of MPEG-1, stereo",
      0xfffb9000,
      { sizeBytes: 417, samples: 1_152, rateHz: 44_100, bitrate: 128_000, sideBytes: 32 },
    ],
    [
      "of MPEG-1, padded, mono",
      0xfffb92c0,
      { sizeBytes: 418, samples: 1_152, rateHz: 44_100, bitrate: 128_000, sideBytes: 17 },
    ],
    ["of MPEG-2", 0xfff344c0, { sizeBytes: 96, samples: 576, rateHz: 24_000, bitrate: 32_000, sideBytes: 9 }],
    ["of MPEG-2.5", 0xffe318c4, { sizeBytes: 72, samples: 576, rateHz: 8_000, bitrate: 8_000, sideBytes: 9 }],
    ["of layer II", 0xfffd8404, { sizeBytes: 384, samples: 1_152, rateHz: 48_000, bitrate: 128_000 }],
    ["of layer I", 0xffff4000, { sizeBytes: 136, samples: 384, rateHz: 44_100, bitrate: 128_000 }],
  ])("%s tells its size and how long it is", (_, head, frame) => {
    expect(parseMp3Frame(head)).toMatchObject(frame);
  });

  test.each([
    ["of bytes that do not begin one", 0x12345678],
    ["of bare AAC", 0xfff15c80],
    ["of a version that there is not", 0xffeb9000],
    ["of no bitrate", 0xfffb0000],
    ["of the last bitrate, which there is not", 0xfffbf000],
    ["of a rate that there is not", 0xfffb9c00],
  ])("%s is none", (_, head) => {
    expect(parseMp3Frame(head)).toBeUndefined();
  });
});

describe("runs of an mp3's frames", () => {
  /** Follows the runs from the first frame on. */
  async function runs(file: Blob, from: number, count: number, shared: number) {
    const found: { from: number; to: number }[] = [];
    for (let next: number | undefined = from; next !== undefined; ) {
      const run = await mp3Run(file, next, count, shared);
      if (!run) break;
      found.push({ from: run.from, to: run.to });
      next = run.next;
    }
    return found;
  }

  const song = blob(fixture("cbr.mp3"));

  test("follow one another from the first frame to the last", async () => {
    const [whole] = await runs(song, AFTER_TAG, Number.POSITIVE_INFINITY, 1);
    const parts = await runs(song, AFTER_TAG, 50, 10);
    expect(parts.length).toBeGreaterThan(4);
    expect(parts[0]!.from).toBe(whole!.from);
    expect(parts.at(-1)!.to).toBe(whole!.to);
  });

  test("have as many frames in common as they are asked to", async () => {
    const [first, second] = await runs(song, AFTER_TAG, 50, 10);
    const bytes = new DataView(await song.arrayBuffer());
    let frames = 0;
    for (let at = second!.from; at < first!.to; frames++) {
      at += parseMp3Frame(bytes.getUint32(at))!.sizeBytes;
    }
    expect(frames).toBe(10);
  });

  test("go on behind a damaged place", async () => {
    const bytes = fixture("cbr.mp3");
    const damaged = blob(bytes.subarray(0, 3_000), noise(500), bytes.subarray(3_000));
    const parts = await runs(damaged, AFTER_TAG, 20, 5);
    expect(parts.at(-1)!.to).toBe(damaged.size);
  });

  test("are none where there is no frame", async () => {
    expect(await mp3Run(blob(noise(5_000)), 0, 20, 5)).toBeUndefined();
  });
});

describe("an mp3", () => {
  const varying = withoutXing(fixture("vbr.mp3"));

  test("of one bitrate that is as long as it tells is believed and hardly read", async () => {
    const long = Buffer.concat([
      fixture("cbr.mp3"),
      ...Array<Buffer>(200).fill(withoutXing(fixture("cbr.mp3"))),
    ]);
    const told = long.indexOf("Info") + 8;
    long.writeUInt32BE(231 * 201, told);
    long.writeUInt32BE(long.length - AFTER_TAG, told + 4);
    const { file, readBytes } = counted(blob(long));
    const sound = await readMp3(file, AFTER_TAG);
    expect(sound?.durationS).toBeCloseTo((231 * 201 * 576) / 22_050, 5);
    expect(sound?.mended).toBeUndefined();
    expect(readBytes()).toBeLessThan(file.size / 4);
  });

  test("of one bitrate is left as it is", async () => {
    const sound = await readMp3(blob(withoutXing(fixture("cbr.mp3"))), 0);
    expect(sound?.durationS).toBeCloseTo(FRAMES_S, 1);
    expect(sound?.mended).toBeUndefined();
  });

  test.each([
    ["that tells its duration", fixture("vbr.mp3"), AFTER_TAG],
    ["that does not", varying, 0],
    ["behind bytes that belong to nothing", Buffer.concat([noise(5_000), varying]), 0],
    ["with bytes within that belong to nothing", withWithin(varying, 6_000, noise(3_000)), 0],
  ])("of varying bitrate, %s, gets an index of all its frames", async (_, file, from) => {
    const sound = await readMp3(blob(file), from);
    expect(sound?.durationS).toBeCloseTo(FRAMES_S, 1);
    const track = await openSound(sound!.mended!);
    expect(await track!.getCodec()).toBe("mp3");
    expect(await track!.computeDuration()).toBeCloseTo(sound!.durationS!, 3);
    const sink = new EncodedPacketSink(track!);
    for (const seconds of [0, 1, 3, 5, 6]) {
      const { data, timestamp, byteLength } = (await sink.getPacket(seconds))!;
      const view = new DataView(data.buffer, data.byteOffset);
      expect(parseMp3Frame(view.getUint32(0))?.sizeBytes).toBe(byteLength);
      expect(Math.abs(timestamp - seconds)).toBeLessThan(0.03);
    }
  });

  test("may get a Xing header instead, which tells where each hundredth of it is", async () => {
    const sound = await readMp3(blob(varying), 0, "xing");
    const bytes = Buffer.from(await sound!.mended!.arrayBuffer());
    expect(bytes.subarray(-varying.length).equals(varying)).toBe(true);
    const at = bytes.indexOf("Xing");
    expect((bytes.readUInt32BE(at + 8) * 576) / 22_050).toBeCloseTo(FRAMES_S, 5);
    expect(bytes.readUInt32BE(at + 12)).toBe(bytes.length);
    const places = bytes.subarray(at + 16, at + 116);
    expect([...places]).toEqual([...places].sort((one, other) => one - other));
    // Half of the song is silence, and needs a tenth of the bytes.
    expect(places[50]).toBeLessThan(80);
    expect(places[99]).toBeGreaterThan(245);
  });

  test("that is shorter than it tells is measured, and its last frame left out", async () => {
    const sound = await readMp3(blob(mp3UpTo(fixture("vbr.mp3"), 4)), AFTER_TAG);
    expect(sound?.durationS).toBeCloseTo(4, 1);
    const track = await openSound(sound!.mended!);
    expect(await track!.computeDuration()).toBeCloseTo(sound!.durationS!, 3);
  });

  test("is not seen in noise", async () => {
    expect(await readMp3(blob(noise(60_000)), 0)).toBeUndefined();
  });

  test("may have a tag of ID3 1 at its end", async () => {
    const tag = Buffer.concat([Buffer.from("TAG"), Buffer.alloc(125)]);
    const sound = await readMp3(blob(fixture("cbr.mp3"), tag), AFTER_TAG);
    expect(sound?.mended).toBeUndefined();
  });
});
