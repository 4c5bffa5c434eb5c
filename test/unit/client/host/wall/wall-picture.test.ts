import { describe, expect, test } from "vitest";
import { WallLight } from "../../../../../client/host/wall/wall-light.ts";
import { shadeOf, shareOf, WallPicture } from "../../../../../client/host/wall/wall-picture.ts";
import { PALETTES } from "../../../../../client/light/colour.ts";
import { encoded } from "../../../../../client/light/photometry.ts";
import {
  FIRST_SHOW,
  NO_HAND,
  NOTHING_CHOSEN,
  type PaletteName,
  type ScreenSeen,
  type Show,
} from "../../../../../server/protocol/wall.ts";
import { fakeConsole, SOUND, screenAt } from "../../light/painters.ts";

const SHOW: Show = { ...FIRST_SHOW, mode: "bars", palette: "ocean" };
const TWO = [screenAt(0), screenAt(1)];

/** The picture of a wall in its first frame. */
function pictureOf(screens: readonly ScreenSeen[], show: Show) {
  const { song, broadcast, wall, ofConsole } = fakeConsole(screens, show, () => SOUND[0]!);
  const light = new WallLight(...ofConsole);
  light.begin(0);
  return { song, broadcast, wall, light, picture: new WallPicture(light, ofConsole[1]) };
}

const chooses = (x: number, palette: PaletteName | null) =>
  screenAt(x, { chosen: { ...NOTHING_CHOSEN, palette } });

describe("WallPicture", () => {
  test("has no mode while screens are solid or choose it themselves", () => {
    const { picture, wall } = pictureOf(TWO, SHOW);
    expect(picture.mode).toBe("bars");
    for (const mode of ["solid", null] as const) {
      wall.show.value = { ...SHOW, mode };
      expect(picture.mode).toBeUndefined();
    }
  });

  test("is as bright as the host has set for all screens", () => {
    const { picture, wall } = pictureOf(TWO, SHOW);
    expect(picture.frame().brightness).toBe(1);
    wall.show.value = { ...SHOW, hand: { ...NO_HAND, brightness: 0.4 } };
    expect(picture.frame().brightness).toBe(0.4);
    wall.show.value = { ...SHOW, hand: { ...NO_HAND, blackout: true } };
    expect(picture.frame().brightness).toBe(0);
  });

  test("is dark while the console is not connected, and while nothing plays", () => {
    const { song, broadcast, light, picture } = pictureOf(TWO, SHOW);
    broadcast.phase.value = "reconnecting";
    light.begin(20);
    expect(picture.frame().brightness).toBe(0);
    broadcast.phase.value = "ready";
    song.playing.value = false;
    light.begin(40);
    expect(picture.frame().brightness).toBe(0);
  });

  test("covers the wall, as it is after screens have moved", () => {
    const { picture, wall } = pictureOf(TWO, SHOW);
    expect(picture.place).toMatchObject({ screen: { width: 2, height: 1 }, alone: false });
    const moved = screenAt(0, { width: 3 });
    wall.placed.value = new Map([[moved.id, moved]]);
    wall.extent.value = { x: 0, y: 0, width: 3, height: 1 };
    expect(picture.place).toMatchObject({ screen: { width: 3, height: 1 }, alone: true });
  });

  test("has the palette that most screens have chosen where the wall leaves it to them", () => {
    const palette = (screens: readonly ScreenSeen[], show = { ...SHOW, palette: null }) =>
      pictureOf(screens, show as Show).picture.frame().task.wallPalette;
    expect(palette(TWO)).toBe(PALETTES["by-band"]);
    expect(palette([chooses(0, null), chooses(1, "neon"), chooses(2, "neon")])).toBe(PALETTES.neon);
    expect(palette([chooses(0, "neon"), chooses(1, "neon")], SHOW as never)).toBe(PALETTES.ocean);
  });
});

describe("a tile over the picture", () => {
  test("lets through what the host has left of the light of its screen", () => {
    expect(shareOf(screenAt(0))).toBe(1);
    expect(shareOf(screenAt(0, { locked: true }))).toBe(0);
    expect(shareOf(screenAt(0, { hand: { ...NO_HAND, blackout: true } }))).toBe(0);
    expect(shareOf(screenAt(0, { hand: { ...NO_HAND, brightness: 0.3 } }))).toBe(0.3);
  });

  test("is transparent, black, or dims by as much as its screen dims linear light", () => {
    expect(shadeOf(1)).toBe("transparent");
    expect(shadeOf(0)).toBe("rgb(0 0 0 / 1.000)");
    const alpha = Number(/ \/ (.*)\)/.exec(shadeOf(0.5))![1]);
    // White behind it, as the compositor mixes sRGB bytes.
    expect(1 - alpha).toBeCloseTo(encoded(0.5), 3);
  });
});
