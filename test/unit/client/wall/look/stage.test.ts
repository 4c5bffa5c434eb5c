import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PLACE_RATIO, stageOf, stretchOf, wholeOf, windowOf } from "../../../../../client/wall/look/stage.ts";

const EXTENT = { x: 100, y: 50, width: 4, height: 2 };

describe("windowOf", () => {
  test("gives each screen its part of the look, and neighbours a common edge", () => {
    const stage = stageOf(EXTENT, null);
    const at = (x: number, y: number, width = 1, height = 1) =>
      windowOf({ x, y, width, height }, EXTENT, stage);
    expect(at(100, 50)).toEqual({ left: 0, top: 0, right: PLACE_RATIO, bottom: 1 });
    expect(at(101, 50).left).toBe(at(100, 50).right);
    expect(at(100, 51).top).toBe(at(100, 50).bottom);
    expect(at(102, 50, 2, 2)).toEqual({ ...wholeOf(stage), left: 2 * PLACE_RATIO });
  });

  test("covers the look exactly once for any wall", () => {
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(size, size, (width, height) => {
        const extent = { ...EXTENT, width, height };
        const stage = stageOf(extent, null);
        let area = 0;
        for (let n = 0; n < width * height; n++) {
          const screen = { x: 100 + (n % width), y: 50 + Math.floor(n / width), width: 1, height: 1 };
          const { left, top, right, bottom } = windowOf(screen, extent, stage);
          area += (right - left) * (bottom - top);
        }
        expect(area).toBeCloseTo(stage.width * stage.height);
      }),
    );
  });
});

describe("stageOf", () => {
  test.each([1, 3])("stretches nothing on a wall of one screen that is %i places wide", (width) => {
    const alone = { ...EXTENT, width, height: 1 };
    const stage = stageOf(alone, null, 0.5);
    expect(wholeOf(stage)).toEqual({ left: 0, top: 0, right: 0.5, bottom: 1 });
    expect(stretchOf(windowOf(alone, alone, stage), 0.5)).toBe(1);
  });

  test("has its origin in the middle or at a place, and the distance to the furthest corner", () => {
    expect(stageOf(EXTENT, null).origin).toEqual({ x: 2 * PLACE_RATIO, y: 1 });
    const { origin, reach } = stageOf(EXTENT, { x: 100, y: 51 });
    expect(origin).toEqual({ x: PLACE_RATIO / 2, y: 1.5 });
    expect(reach).toBeCloseTo(Math.hypot(3.5 * PLACE_RATIO, 1.5));
  });
});

test("a portrait screen is stretched in one place, and hardly in three places", () => {
  const stage = stageOf(EXTENT, null);
  const shown = (height: number) => windowOf({ x: 100, y: 50, width: 1, height }, EXTENT, stage);
  expect(stretchOf(shown(1), 9 / 16)).toBeLessThan(0.4);
  expect(stretchOf(shown(3), 9 / 16)).toBeCloseTo(0.95, 1);
});
