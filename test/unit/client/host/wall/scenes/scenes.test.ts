import { describe, expect, test } from "vitest";
import {
  isShown,
  MADE_SCENES,
  readScenes,
  SCENE_NAME_MAX,
  withScene,
} from "../../../../../../client/host/wall/scenes/scenes.ts";
import { namedPalette } from "../../../../../../client/light/colour.ts";
import { FIRST_SHOW } from "../../../../../../server/protocol/wall.ts";
import { ENERGY_MAX, ENERGY_MIN } from "../../../../../../server/protocol/wall-choices.ts";

const NIGHT = { mode: "flow", pattern: "bands", rule: "rows", palette: "ocean", energy: 0.5 } as const;

describe("the made scenes", () => {
  test("are ten, each with a name, a known palette and light of its own", () => {
    expect(MADE_SCENES).toHaveLength(10);
    expect(new Set(MADE_SCENES.map(({ name }) => name)).size).toBe(10);
    for (const scene of MADE_SCENES) {
      expect(namedPalette(scene.show.palette), scene.name).toBeDefined();
      expect(MADE_SCENES.filter(({ show }) => isShown(scene, show))).toEqual([scene]);
    }
  });
});

describe("own scenes", () => {
  test("keep only what a scene sets, and a second one of the same name takes the first one's place", () => {
    const [scene, ...others] = withScene([], "Night", { ...FIRST_SHOW, ...NIGHT });
    expect(others).toEqual([]);
    expect(scene).toEqual({ name: "Night", show: NIGHT, isOwn: true });
    expect(isShown(scene!, { ...FIRST_SHOW, ...NIGHT })).toBe(true);
    expect(isShown(scene!, FIRST_SHOW)).toBe(false);
    expect(withScene([scene!], "Night", { ...NIGHT, palette: "candle" })).toEqual([
      { name: "Night", show: { ...NIGHT, palette: "candle" }, isOwn: true },
    ]);
  });

  test("are at most forty: the oldest give way", () => {
    let own = withScene([], "0", NIGHT);
    for (let n = 1; n < 50; n++) own = withScene(own, String(n), NIGHT);
    expect(own.map(({ name }) => name)).toEqual(Array.from({ length: 40 }, (_, n) => String(n + 10)));
  });

  test("are read from what the browser has kept", () => {
    const own = withScene([], "Night", NIGHT);
    expect(readScenes(JSON.parse(JSON.stringify(own)))).toEqual(own);
  });

  test("are read from what an earlier version has kept, with the rules of that version", () => {
    const kept = [{ name: "Night", show: { ...NIGHT, rule: "low-high" } }];
    expect(readScenes(kept).map(({ show }) => show.rule)).toEqual(["columns"]);
  });

  test.each([
    [undefined, 1],
    ["much", 1],
    [9, ENERGY_MAX],
    [0, ENERGY_MIN],
  ])("have energy within its bounds: %j is %d", (energy, read) => {
    const [scene] = readScenes([{ name: "Night", show: { ...NIGHT, energy } }]);
    expect(scene!.show.energy).toBe(read);
  });

  test.each([
    undefined,
    null,
    "text",
    { name: "Night" },
    [null],
    [{ name: "", show: NIGHT }],
    [{ name: "x".repeat(SCENE_NAME_MAX + 1), show: NIGHT }],
    [{ name: "Night" }],
    [{ name: "Night", show: { ...NIGHT, mode: "unknown" } }],
    [{ name: "Night", show: { ...NIGHT, pattern: 7 } }],
    [{ name: "Night", show: { ...NIGHT, palette: {} } }],
  ])("are none where the browser has kept %j", (stored) => {
    expect(readScenes(stored)).toEqual([]);
  });
});
