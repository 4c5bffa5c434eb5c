import fc from "fast-check";
import { expect, test } from "vitest";
import { scaleOf } from "../../../../../client/host/wall/solid-tiles.ts";
import { EDGE_PARTS } from "../../../../../server/protocol/wall.ts";

const area = (x: number, y: number) => ({ x, y, width: 1, height: 1 });

test("a wall whose screens have places of the grid needs one pixel for each place", () => {
  const extent = { x: 3, y: 2, width: 10, height: 6 };
  expect(scaleOf([area(3, 2), area(12, 7)], extent)).toBe(1);
});

test("screens between places need as many pixels as put their edges between two pixels", () => {
  const extent = { x: 0.25, y: 0, width: 4, height: 2 };
  expect(scaleOf([area(0.25, 0), area(1.75, 1)], extent)).toBe(2);
});

test("all edges lie between two pixels, unless the wall is very large", () => {
  const edge = fc.integer({ min: 0, max: 20 * EDGE_PARTS }).map((parts) => parts / EDGE_PARTS);
  fc.assert(
    fc.property(fc.array(fc.tuple(edge, edge), { minLength: 1, maxLength: 8 }), (places) => {
      const extent = { x: 0, y: 0, width: 21, height: 21 };
      const areas = places.map(([x, y]) => area(x, y));
      const scale = scaleOf(areas, extent);
      for (const { x, y } of areas) {
        expect([(x * scale) % 1, (y * scale) % 1]).toEqual([0, 0]);
      }
    }),
  );
});

test("the canvas of a very large wall stays within its limit", () => {
  const extent = { x: 0, y: 0, width: 256, height: 256 };
  expect(scaleOf([area(1 / EDGE_PARTS, 0)], extent) * 256).toBeLessThanOrEqual(2_048);
});
