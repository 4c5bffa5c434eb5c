import { describe, expect, it } from "vitest";
import { weightDb, weightsOf } from "../../../../client/light/level.ts";

/** Table 3 of IEC 61672-1: A-weighting at the exact frequencies 10^(n/10) Hz, rounded to a tenth of a dB. */
const TABLE: [n: number, db: number][] = [
  [13, -50.5],
  [15, -39.4],
  [18, -26.2],
  [21, -16.1],
  [24, -8.6],
  [27, -3.2],
  [30, 0],
  [33, 1.2],
  [36, 1],
  [39, -1.1],
  [42, -6.6],
  [43, -9.3],
];

describe("A-weighting", () => {
  it.each(TABLE)("is as the standard's table has it at 10^(%i/10) Hz: %d dB", (n, db) => {
    expect(Math.abs(weightDb("a", 10 ** (n / 10)) - db)).toBeLessThan(0.06);
  });
});

describe("pink compensation", () => {
  it("is 3 dB an octave, and nothing at 1 kHz", () => {
    expect(weightDb("pink", 1_000)).toBe(0);
    for (const hertz of [31.25, 440, 8_000]) {
      expect(weightDb("pink", 2 * hertz) - weightDb("pink", hertz)).toBeCloseTo(3.01, 2);
    }
  });

  it("makes pink noise weigh the same in every bin", () => {
    const weights = weightsOf("pink", 48_000, 4_096);
    // Pink noise: power in inverse proportion to frequency.
    for (const bin of [1, 7, 300, 2_047]) expect(weights[bin]! / bin).toBeCloseTo(weights[1]!, 5);
  });
});

it("weighs all the same where nothing is chosen, and no direct current otherwise", () => {
  expect([...weightsOf("none", 48_000, 64)]).toEqual(Array(32).fill(1));
  expect(weightsOf("a", 48_000, 64)[0]).toBe(0);
  expect(weightsOf("pink", 48_000, 64)[0]).toBe(0);
});
