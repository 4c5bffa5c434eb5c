import fc from "fast-check";
import { expect, test } from "vitest";
import { ReplayWindow } from "../../../../server/limits/replay-window.ts";

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
