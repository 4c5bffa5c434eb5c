import { describe, expect, test } from "vitest";
import {
  actionOf,
  BINDINGS_MAX,
  type Binding,
  DEVICE_MAX,
  readBindings,
  withBinding,
  withoutAction,
} from "../../../../../client/host/midi/bindings.ts";

const PAD = { kind: "note", channel: 10, number: 36, device: "Pads" } as const;
const KNOB = { kind: "cc", channel: 1, number: 36, device: "Pads" } as const;
const BLACKOUT: Binding = { ...PAD, action: "blackout" };
const BRIGHTNESS: Binding = { ...KNOB, action: "brightness" };

describe("bindings", () => {
  test("say what a control does, and nothing of controls that differ in anything", () => {
    const bindings = [BLACKOUT, BRIGHTNESS];
    expect(actionOf(bindings, PAD)).toBe("blackout");
    expect(actionOf(bindings, KNOB)).toBe("brightness");
    for (const other of [{ channel: 1 }, { number: 37 }, { device: "Knobs" }])
      expect(actionOf(bindings, { ...PAD, ...other })).toBeUndefined();
  });

  test("move a control to its new action", () => {
    const bindings = withBinding([BLACKOUT, BRIGHTNESS], { ...PAD, action: "freeze" });
    expect(bindings).toEqual([BRIGHTNESS, { ...PAD, action: "freeze" }]);
  });

  test("give an action several controls, and take all of them from it", () => {
    const second: Binding = { ...PAD, number: 37, action: "blackout" };
    const bindings = withBinding([BLACKOUT, BRIGHTNESS], second);
    expect(bindings).toEqual([BLACKOUT, BRIGHTNESS, second]);
    expect(withoutAction(bindings, "blackout")).toEqual([BRIGHTNESS]);
  });

  test("are limited: the oldest give way", () => {
    const channels = Array.from({ length: 3 * 128 }, (_, n) => ({ channel: 1 + (n >> 7), number: n & 127 }));
    const bindings = channels.reduce<Binding[]>((all, at) => withBinding(all, { ...BLACKOUT, ...at }), []);
    expect(bindings).toHaveLength(BINDINGS_MAX);
    expect(bindings.at(-1)).toMatchObject({ channel: 3, number: 127 });
    expect(readBindings([...bindings, BRIGHTNESS])).toHaveLength(BINDINGS_MAX);
  });
});

describe("bindings that a browser has kept", () => {
  test("are read as they were kept", () => {
    const kept = [BLACKOUT, BRIGHTNESS, { ...PAD, number: 0, device: "", action: "scene16" as const }];
    expect(readBindings(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  });

  test.each([undefined, null, 7, "blackout", {}, { 0: BLACKOUT }])("are none in %j", (stored) => {
    expect(readBindings(stored)).toEqual([]);
  });

  test.each([
    null,
    7,
    [],
    {},
    { ...BLACKOUT, action: "explode" },
    { ...BLACKOUT, action: "scene0" },
    { ...BLACKOUT, action: "scene17" },
    { ...BLACKOUT, action: "toString" },
    { ...BLACKOUT, kind: "bend" },
    { ...BLACKOUT, channel: 0 },
    { ...BLACKOUT, channel: 17 },
    { ...BLACKOUT, channel: 1.5 },
    { ...BLACKOUT, number: -1 },
    { ...BLACKOUT, number: 128 },
    { ...BLACKOUT, number: "36" },
    { ...BRIGHTNESS, number: 120 },
    { ...BLACKOUT, device: null },
    { ...BLACKOUT, device: "x".repeat(DEVICE_MAX + 1) },
  ])("are read without what is invalid: %j", (entry) => {
    expect(readBindings([BLACKOUT, entry, BRIGHTNESS])).toEqual([BLACKOUT, BRIGHTNESS]);
  });

  test("give each control one action, and keep nothing that this version does not know", () => {
    const stored = [BLACKOUT, { ...PAD, action: "freeze", colour: "red" }];
    expect(readBindings(stored)).toEqual([{ ...PAD, action: "freeze" }]);
  });
});
