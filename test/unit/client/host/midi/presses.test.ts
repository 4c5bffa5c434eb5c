import { describe, expect, test } from "vitest";
import { Presses } from "../../../../../client/host/midi/presses.ts";

const PAD = { kind: "note", channel: 1, number: 36, device: "Pads" } as const;
const KNOB = { kind: "cc", channel: 1, number: 7, device: "Knobs" } as const;

describe("a press", () => {
  test("of a pad is each hit, however soft, and not its end", () => {
    const presses = new Presses();
    expect([100, 0, 1, 2, 0].map((value) => presses.isPress(PAD, value))).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  test("of a button that sends control changes is its 127, also as the first message of all", () => {
    const presses = new Presses();
    expect([127, 0, 127, 0].map((value) => presses.isPress(KNOB, value))).toEqual([true, false, true, false]);
  });

  test("of a knob is its way from below 64 to 64 or more, once", () => {
    const presses = new Presses();
    const values = [0, 63, 64, 65, 127, 64, 63, 64];
    expect(values.filter((value) => presses.isPress(KNOB, value))).toEqual([64, 64]);
    expect(presses.isPress(KNOB, 70)).toBe(false);
  });

  test("of one knob does not hang on another", () => {
    const presses = new Presses();
    expect(presses.isPress(KNOB, 127)).toBe(true);
    for (const other of [{ channel: 2 }, { number: 8 }, { device: "Others" }])
      expect(presses.isPress({ ...KNOB, ...other }, 127)).toBe(true);
    expect(presses.isPress(KNOB, 126)).toBe(false);
  });
});
