import { describe, expect, test } from "vitest";
import { ONSET_LAG_MS, type Onset, OnsetStrength } from "../../../../../client/light/tempo/onset-strength.ts";
import { HAT, KICK, onsetsOf, SNARE, Tape } from "./rhythms.ts";

type Part = "low" | "mid" | "high";

/** Times at which a part's strength is greatest near each of some attacks, less the attacks, ms. */
function lags(shot: Float32Array, part: Part): number[] {
  const attacks = [0.5, 1.013, 1.527, 2.046];
  const tape = new Tape(2.6).hiss(0.001);
  for (const attack of attacks) tape.add(shot, attack);
  const strengths = onsetsOf(tape.sound).map((onset) => onset[part]);
  return attacks.map((attack) => {
    const from = Math.round(attack * 100) - 5;
    const near = strengths.slice(from, from + 15);
    return 10 * (from + near.indexOf(Math.max(...near))) - 1_000 * attack;
  });
}

describe("the onset strength", () => {
  test.each([
    ["kick", "low", KICK],
    ["snare", "mid", SNARE],
    ["hat", "high", HAT],
  ] as const)("of a %s is greatest a known time after its attack", (_, part, shot) => {
    for (const lag of lags(shot, part)) expect(Math.abs(lag - ONSET_LAG_MS)).toBeLessThan(12);
  });

  /** Kicks and hats in turn; what comes first tells how loud the song is. */
  const turns = new Tape(2.6).add(KICK, 0.5).add(HAT, 1).add(KICK, 1.5).add(HAT, 2).sound;
  const most = (onsets: readonly Onset[], part: Part, at: number) =>
    Math.max(...onsets.slice(100 * at - 5, 100 * at + 15).map((onset) => onset[part]));

  test("does not depend on volume", () => {
    const loud = onsetsOf(turns);
    const soft = onsetsOf(turns.map((sample) => sample / 8));
    expect(most(soft, "low", 1.5)).toBeCloseTo(most(loud, "low", 1.5), 0);
    expect(most(soft, "high", 2)).toBeCloseTo(most(loud, "high", 2), 0);
  });

  test("is of the part that sounds", () => {
    const onsets = onsetsOf(turns);
    expect(most(onsets, "low", 1.5)).toBeGreaterThan(2 * most(onsets, "high", 1.5));
    expect(most(onsets, "high", 2)).toBeGreaterThan(2 * most(onsets, "low", 2));
  });

  test("is zero in silence, also where bins are -Infinity dB", () => {
    const strength = new OnsetStrength();
    const silence = new Float32Array(1_024).fill(Number.NEGATIVE_INFINITY);
    for (let n = 0; n < 100; n++)
      expect(strength.add(silence)).toEqual({ low: 0, mid: 0, high: 0, change: 0 });
  });
});
