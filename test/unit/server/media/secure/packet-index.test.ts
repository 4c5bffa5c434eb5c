import fc from "fast-check";
import { expect, test } from "vitest";
import { nearestIndex, ReplayWindow } from "../../../../../server/media/secure/packet-index.ts";

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

test("the replay window accepts the same indexes as a plain set of all accepted ones", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 300 }), (indexes) => {
      const window = new ReplayWindow();
      const accepted = new Set<number>();
      for (const index of indexes) {
        const newest = Math.max(-1, ...accepted);
        const isNew = !accepted.has(index) && index > newest - 128;
        expect(window.isNew(index)).toBe(isNew);
        if (!isNew) continue;
        window.accept(index);
        accepted.add(index);
      }
    }),
  );
});
