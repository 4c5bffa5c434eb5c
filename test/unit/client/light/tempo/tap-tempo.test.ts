import { describe, expect, test } from "vitest";
import { tapTempo } from "../../../../../client/light/tempo/tap-tempo.ts";
import { SeededRandom } from "../../../../support/seeded-random.ts";

const steady = (bpm: number, count: number, from = 1_000) =>
  Array.from({ length: count }, (_, n) => from + (n * 60_000) / bpm);

describe("tapped tempo", () => {
  test("needs four taps", () => {
    expect(tapTempo([])).toBeUndefined();
    expect(tapTempo(steady(120, 3))).toBeUndefined();
    expect(tapTempo(steady(120, 4))!.bpm).toBeCloseTo(120, 6);
    expect(tapTempo([5, 5, 5, 5, 5])).toBeUndefined();
  });

  test("is within 1 % for taps by hand, and its beats are in their midst", () => {
    const random = new SeededRandom(3);
    const taps = steady(104, 16).map((tap) => tap + 30 * (random.next() - 0.5));
    const { bpm, offsetMs } = tapTempo(taps)!;
    expect(Math.abs(bpm / 104 - 1)).toBeLessThan(0.01);
    expect(Math.abs(offsetMs - steady(104, 16).at(-1)!)).toBeLessThan(15);
  });

  test("does not mind a missed tap or a slip", () => {
    const taps = steady(120, 12).filter((_, n) => n !== 5);
    taps[8]! += 140;
    expect(tapTempo(taps)!.bpm).toBeCloseTo(120, 1);
  });

  test("is that of the last attempt after a pause", () => {
    const taps = [...steady(90, 6), ...steady(140, 5, 20_000)];
    expect(tapTempo(taps)!.bpm).toBeCloseTo(140, 6);
  });

  test("is that of all taps before a new attempt has four", () => {
    const taps = [...steady(90, 6), ...steady(140, 2, 20_000)];
    expect(tapTempo(taps)!.bpm).toBeCloseTo(90, 6);
  });
});
