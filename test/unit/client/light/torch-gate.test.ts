import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TorchGate } from "../../../../client/light/torch-gate.ts";

describe("a phone's lamp", () => {
  test("shines from a high level on, and goes out at a low one", () => {
    const gate = new TorchGate();
    const shines = [0.59, 0.6, 0.4, 0.36, 0.35, 0.59].map((level, n) => gate.next(level, n * 1_000));
    expect(shines).toEqual([false, true, true, true, false, false]);
  });

  test("has two flashes in any second at most, whatever the music does", () => {
    const steps = fc.array(
      fc.record({
        level: fc.double({ min: 0.01, max: 1, noNaN: true }),
        ms: fc.integer({ min: 1, max: 40 }),
      }),
      { minLength: 200, maxLength: 400 },
    );
    fc.assert(
      fc.property(steps, (moments) => {
        const gate = new TorchGate();
        const changes: number[] = [];
        let [now, before] = [0, false];
        for (const { level, ms } of moments) {
          now += ms;
          const shines = gate.next(level, now);
          if (shines !== before) changes.push(now);
          before = shines;
        }
        const most = Math.max(
          ...changes.map((at) => changes.filter((c) => c >= at && c < at + 1_000).length),
          0,
        );
        expect(most).toBeLessThanOrEqual(4);
      }),
    );
  });

  test("goes out at once when the screen is black", () => {
    const gate = new TorchGate();
    expect(gate.next(1, 0)).toBe(true);
    expect(gate.next(0, 1)).toBe(false);
    expect(gate.next(1, 2)).toBe(false);
    expect(gate.next(1, 251)).toBe(true);
  });
});
