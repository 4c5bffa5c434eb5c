import { describe, expect, test } from "vitest";
import { movedTo, neighbourOf, reachOf } from "../../../../../client/host/wall/places.ts";

const EXTENT = { x: 100, y: 100, width: 3, height: 2 };
const screenAt = (x: number, y: number) => ({ x, y, width: 1, height: 1 });

describe("a tile that is dragged", () => {
  const to = (byX: number, byY: number, isFree = false) =>
    movedTo(screenAt(101, 100), byX, byY, reachOf(EXTENT), isFree);

  test("lands on a point of the grid, or anywhere if screens are placed freely", () => {
    expect(to(1.4, 0.6)).toEqual({ x: 102, y: 101 });
    expect(to(1.4, 0.6, true)).toEqual({ x: 102 + 26 / 64, y: 100 + 38 / 64 });
  });

  test("lands one place beside the wall at most, however far it is dragged", () => {
    expect(to(90, 90)).toEqual({ x: 103, y: 102 });
    expect(to(-90, -90)).toEqual({ x: 99, y: 99 });
  });

  test("stays on the grid at its edges", () => {
    expect(reachOf({ x: 0, y: 0, width: 256, height: 1 })).toEqual({ x: 0, y: 0, width: 256, height: 2 });
  });
});

describe("an arrow key goes to", () => {
  const screens = [screenAt(0, 0), screenAt(1, 0), screenAt(2, 0), screenAt(0, 1), screenAt(4, 1)];
  const from = (n: number, x: number, y: number) => neighbourOf(screens[n]!, screens, [x, y]);

  test("the neighbour in its direction", () => {
    expect(from(0, 1, 0)).toBe(screens[1]);
    expect(from(1, -1, 0)).toBe(screens[0]);
    expect(from(0, 0, 1)).toBe(screens[3]);
    expect(from(3, 0, -1)).toBe(screens[0]);
  });

  test("the nearest one over a gap, and nowhere from the edge of the wall", () => {
    expect(from(3, 1, 0)).toBe(screens[4]);
    expect(from(1, 0, 1)).toBe(screens[3]);
    expect(from(4, 1, 0)).toBeUndefined();
  });
});
