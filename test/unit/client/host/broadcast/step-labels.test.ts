import { describe, expect, test } from "vitest";
import { screensLabel } from "../../../../../client/host/broadcast/step-labels.ts";
import { NO_HAND, type ScreenSeen } from "../../../../../server/protocol/wall.ts";

function screen(number: number, change: Partial<ScreenSeen> = {}): ScreenSeen {
  const place = { x: number, y: 0, width: 1, height: 1 };
  const seen = { id: `id${number}`, number, name: `Screen ${number}`, ...place, band: null, palette: null };
  return { ...seen, locked: false, present: true, hand: NO_HAND, ...change } as ScreenSeen;
}

describe("a change of screens is called", () => {
  test.each<[string, Partial<ScreenSeen>]>([
    ["place of Screen 1", { x: 5 }],
    ["size of Screen 1", { width: 2 }],
    ["name of Stage", { name: "Stage" }],
    ["switching off Screen 1", { locked: true }],
    ["blackout of Screen 1", { hand: { ...NO_HAND, blackout: true } }],
  ])("“%s”", (label, change) => {
    expect(screensLabel([screen(1)], [screen(1, change)])).toBe(label);
  });

  test("by the one that changes, if another one is set to what it is already", () => {
    expect(screensLabel([screen(1), screen(2)], [screen(1), screen(2, { x: 7 })])).toBe("place of Screen 2");
  });

  test("“places” if they are many", () => {
    const [before, after] = [[1, 2, 3].map((n) => screen(n)), [1, 2, 3].map((n) => screen(n, { y: n }))];
    expect(screensLabel(before, after)).toBe("places");
  });
});
