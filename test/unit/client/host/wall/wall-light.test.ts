import { describe, expect, test } from "vitest";
import { WallLight } from "../../../../../client/host/wall/wall-light.ts";
import { FIRST_SHOW } from "../../../../../server/protocol/wall.ts";
import { FRAME_MS, fakeConsole, SOUND, screenAt } from "../../light/painters.ts";

const SHOW = { ...FIRST_SHOW, palette: "ember", rule: "same", safety: "off" } as const;

/** A console's wall with these screens, and a function that paints frames. */
function wallOf(...screens: ReturnType<typeof screenAt>[]) {
  let frame = 0;
  const { song, wall, broadcast, ofConsole } = fakeConsole(screens, SHOW, () => SOUND[frame]!);
  const light = new WallLight(...ofConsole);
  const paint = (frames: number) => {
    for (let n = 0; n < frames; n++) {
      frame += 1;
      light.begin(frame * FRAME_MS);
      for (const { id } of screens) light.colourOf(id);
    }
  };
  return { song, wall, broadcast, light, paint };
}

describe("WallLight", () => {
  test("gives screens with the same band the same colour", () => {
    const { light, paint } = wallOf(screenAt(0), screenAt(1));
    paint(10);
    expect(light.colourOf("screen-0")).toEqual(light.colourOf("screen-1"));
    expect(light.colourOf("screen-0")).not.toEqual([0, 0, 0]);
  });

  test("gives no colour to a screen that is away or unknown", () => {
    const { light, paint } = wallOf(screenAt(0), screenAt(1, { present: false }));
    paint(1);
    expect(light.colourOf("screen-1")).toBeUndefined();
    expect(light.colourOf("screen-9")).toBeUndefined();
  });

  test("gives black to all screens before a song was loaded", () => {
    const { song, light, paint } = wallOf(screenAt(0));
    Object.assign(song, { analyser: undefined });
    paint(1);
    expect(light.colourOf("screen-0")).toEqual([0, 0, 0]);
  });

  test("forgets the frozen colour of a screen that was removed", () => {
    const hand = { ...FIRST_SHOW.hand, freeze: true };
    const screen = screenAt(0, { hand });
    const { wall, light, paint } = wallOf(screen);
    paint(1);
    const frozen = light.colourOf(screen.id);
    paint(12);
    expect(light.colourOf(screen.id)).toEqual(frozen);
    wall.placed.value = new Map();
    paint(1);
    wall.placed.value = new Map([[screen.id, screen]]);
    paint(1);
    expect(light.colourOf(screen.id)).not.toEqual(frozen);
  });

  test("leaves the tile of a screen that has gone away without a background", () => {
    const { wall, light, paint } = wallOf(screenAt(0), screenAt(1));
    paint(5);
    expect(light.backgroundOf("screen-1")).toMatch(/^rgb\(\d+ \d+ \d+\)$/);
    wall.placed.value = new Map([screenAt(0), screenAt(1, { present: false })].map((one) => [one.id, one]));
    paint(1);
    expect(light.backgroundOf("screen-1")).toBe("");
    expect(light.backgroundOf("screen-0")).not.toBe("");
  });

  test("gives black to all screens while the console is not connected", () => {
    const { broadcast, light, paint } = wallOf(screenAt(0));
    paint(10);
    expect(light.colourOf("screen-0")).not.toEqual([0, 0, 0]);
    broadcast.phase.value = "reconnecting";
    paint(1);
    expect(light.colourOf("screen-0")).toEqual([0, 0, 0]);
    broadcast.phase.value = "ready";
    paint(10);
    expect(light.colourOf("screen-0")).not.toEqual([0, 0, 0]);
  });

  test("shows what the host changes at once, though it keeps what has not changed", () => {
    const { wall, light, paint } = wallOf(screenAt(0), screenAt(1));
    paint(10);
    wall.show.value = { ...SHOW, hand: { ...SHOW.hand, blackout: true } };
    paint(1);
    expect(light.colourOf("screen-0")).toEqual([0, 0, 0]);
    wall.show.value = SHOW;
    const dark = { ...SHOW.hand, brightness: 0 };
    wall.placed.value = new Map([screenAt(0), screenAt(1, { hand: dark })].map((one) => [one.id, one]));
    paint(10);
    expect(light.colourOf("screen-0")).not.toEqual([0, 0, 0]);
    expect(light.colourOf("screen-1")).toEqual([0, 0, 0]);
  });
});
