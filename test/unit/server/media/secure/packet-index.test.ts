import fc from "fast-check";
import { expect, test } from "vitest";
import { nearestIndex } from "../../../../../server/media/secure/packet-index.ts";

test("the nearest index is less than half a cycle away from the newest", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 40_000, max: 2 ** 40 }),
      fc.integer({ min: -32_000, max: 32_000 }),
      (newest, step) => {
        expect(nearestIndex((newest + step) & 0xffff, newest)).toBe(newest + step);
      },
    ),
    {
      examples: [
        [65_536, -1],
        [65_535, 1],
      ],
    },
  );
});
