import { expect, test } from "vitest";
import { decodeFrames, encodeFrames } from "../../../../server/protocol/frames.ts";

const FRAMES = [
  { timestamp: 0, data: Uint8Array.of(1, 2, 3) },
  { timestamp: 2 ** 32 - 1, data: new Uint8Array() },
  { timestamp: 960, data: new Uint8Array(1_200).fill(7) },
];

const bufferOf = (message: Uint8Array) => message.buffer as ArrayBuffer;

test("frames are read as they were written", () => {
  expect(decodeFrames(bufferOf(encodeFrames(FRAMES)))).toEqual(FRAMES);
  expect(decodeFrames(bufferOf(encodeFrames([])))).toEqual([]);
});

test("a message of another version and an empty one have no frames", () => {
  const message = encodeFrames(FRAMES);
  message[0] = 2;
  expect(decodeFrames(bufferOf(message))).toEqual([]);
  expect(decodeFrames(new ArrayBuffer(0))).toEqual([]);
});

test("a message that is cut short anywhere has the frames that are whole", () => {
  const message = bufferOf(encodeFrames(FRAMES));
  for (let length = 0; length < message.byteLength; length++) {
    const frames = decodeFrames(message.slice(0, length));
    expect(frames.length).toBeLessThan(3);
    expect(frames).toEqual(FRAMES.slice(0, frames.length));
  }
});
