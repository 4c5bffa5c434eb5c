import { expect, test } from "vitest";
import { clipPathOf } from "../../../../../client/host/wall/clip-path.ts";

const TILE = { left: 10, top: 20, width: 160, height: 90 };

test("a clip path goes around each rectangle, with round corners", () => {
  expect(clipPathOf([TILE], 6)).toBe(
    'path("M16 20h148a6 6 0 0 1 6 6v78a6 6 0 0 1 -6 6h-148a6 6 0 0 1 -6 -6v-78a6 6 0 0 1 6 -6z")',
  );
  const two = clipPathOf([TILE, { ...TILE, left: 200 }], 6);
  expect(two.match(/M/g)).toHaveLength(2);
  expect(two.match(/z/g)).toHaveLength(2);
});

test("the corners of a small rectangle are no rounder than the rectangle", () => {
  expect(clipPathOf([{ ...TILE, width: 8, height: 90 }], 6)).toContain("M14 20h0a4 4");
});

test("without a rectangle a clip path leaves nothing", () => {
  expect(clipPathOf([], 6)).toBe("inset(100%)");
  expect(clipPathOf([{ ...TILE, width: 0 }], 6)).toBe("inset(100%)");
});
