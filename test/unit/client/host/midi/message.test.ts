import { describe, expect, test } from "vitest";
import { readMessage } from "../../../../../client/host/midi/message.ts";

const read = (...bytes: number[]) => readMessage(Uint8Array.from(bytes));

describe("a message of a controller", () => {
  test.each([
    ["a pad that is hit", [0x90, 36, 100], { kind: "note", channel: 1, number: 36, value: 100 }],
    ["one that is let go", [0x80, 36, 64], { kind: "note", channel: 1, number: 36, value: 0 }],
    ["a velocity of 0", [0x99, 36, 0], { kind: "note", channel: 10, number: 36, value: 0 }],
    ["a knob", [0xbf, 7, 127], { kind: "cc", channel: 16, number: 7, value: 127 }],
    ["the last knob", [0xb0, 119, 0], { kind: "cc", channel: 1, number: 119, value: 0 }],
  ])("is read: %s", (_, bytes, message) => {
    expect(read(...bytes)).toEqual(message);
  });

  test.each([
    ["nothing", []],
    ["the clock", [0xf8]],
    ["active sensing", [0xfe]],
    ["system exclusive", [0xf0, 0x7e, 0x7f, 0x09, 0x01, 0xf7]],
    ["the pressure on a channel", [0xd0, 64]],
    ["the pressure on a pad", [0xa0, 36, 64]],
    ["the pitch wheel", [0xe0, 0, 64]],
    ["a program change", [0xc0, 5]],
    ["all notes off, which says something about a channel", [0xb0, 123, 0]],
    ["half a message", [0x90, 36]],
    ["a byte that begins another message", [0x90, 36, 0x90]],
    ["bytes without a beginning", [36, 100, 36]],
  ])("is left aside: %s", (_, bytes) => {
    expect(read(...bytes)).toBeUndefined();
  });
});
