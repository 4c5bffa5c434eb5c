import { describe, expect, test } from "vitest";
import type { LookMoment } from "../../../../../client/wall/look/moment.ts";
import { insideOf, STAR } from "../../../../../client/wall/look/shape.ts";
import { stageOf } from "../../../../../client/wall/look/stage.ts";
import { boxOf, COLUMNS, LINES, stencilLevels } from "../../../../../client/wall/look/stencil.ts";

const stage = stageOf({ x: 0, y: 0, width: 4, height: 2 }, null);
const SHAPE = { width: 40, height: 10, distances: new Uint8Array(400) };

/** Levels at a moment at which a band sounds for the last 100 ms, and all of it before. */
function levels(band: number): { columns: number[]; lines: number[] } {
  const moment: LookMoment = {
    stage,
    pattern: "bands",
    inBar: undefined,
    wall: 0,
    media: 1_000,
    shape: SHAPE,
    bands: {
      level: (at, ago) => (ago > 100 || Math.abs(at - band) < 0.05 ? 1 : 0),
      whole: () => 0,
    },
    beatAges: [],
  };
  const numbers = new Float32Array(COLUMNS + LINES);
  stencilLevels(moment, boxOf(stage, SHAPE), numbers);
  return { columns: [...numbers.subarray(0, COLUMNS)], lines: [...numbers.subarray(COLUMNS)] };
}

describe("the light of a stencil", () => {
  test("has the level of each band in its column, from low to high", () => {
    const { columns } = levels(0.75);
    const loud = columns.flatMap((level, n) => (level > 0.9 ? [(n + 0.5) / COLUMNS] : []));
    expect(Math.min(...loud)).toBeGreaterThan(0.68);
    expect(Math.max(...loud)).toBeLessThan(0.82);
    expect(columns[2]).toBe(0);
  });

  test("carries the bass outward from line to line, weaker with the distance", () => {
    const { lines } = levels(0.9);
    expect(lines[0]).toBe(0);
    expect(lines[1]).toBeGreaterThan(0.8);
    expect(lines[LINES - 1]).toBeLessThan(0.2);
  });
});

describe("the box of a shape", () => {
  test.each([SHAPE, STAR])(
    "is as large as fits, in the middle, and keeps the shape's proportions",
    (shape) => {
      const { left, top, width, height } = boxOf(stage, shape);
      expect(width / height).toBeCloseTo(shape.width / shape.height, 9);
      expect(left + width / 2).toBeCloseTo(stage.width / 2, 9);
      expect(top + height / 2).toBeCloseTo(stage.height / 2, 9);
      expect(width).toBeLessThan(stage.width);
      expect(height).toBeLessThan(stage.height);
    },
  );
});

test("the star is whole: nothing of it lies at its border", () => {
  const { width, height, distances } = STAR;
  const isInside = (x: number, y: number) => insideOf(distances[y * width + x]!) > 0;
  expect(isInside(width / 2, height / 2)).toBe(true);
  for (let n = 0; n < width; n++) {
    for (const [x, y] of [
      [n, 0],
      [n, height - 1],
      [0, n],
      [width - 1, n],
    ] as const)
      expect(isInside(x, y)).toBe(false);
  }
});
