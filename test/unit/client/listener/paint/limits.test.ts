import { describe, expect, test } from "vitest";
import { BANDS } from "../../../../../client/light/band.ts";
import { fallMsOf } from "../../../../../client/light/level.ts";
import { limitsOf } from "../../../../../client/listener/paint/limits.ts";
import { ENERGY_MAX, ENERGY_MIN } from "../../../../../server/protocol/wall-choices.ts";

const WILD = { safety: "off", energy: ENERGY_MAX } as const;

describe("how much light may move at a screen", () => {
  test("is what the host wants, where nobody asks for less", () => {
    expect(limitsOf(WILD, false, false)).toEqual(WILD);
  });

  test("a person keeps flashes limited, and the light lively", () => {
    expect(limitsOf(WILD, false, true)).toEqual({ safety: "wall", energy: ENERGY_MAX });
  });

  test("a device that asks for less motion keeps flashes limited, whatever the person has chosen", () => {
    expect(limitsOf(WILD, true, false).safety).toBe("wall");
  });

  test("a device that asks for less motion lets the light of every band fall in 0.4 s or more", () => {
    for (const energy of [ENERGY_MIN, 1, ENERGY_MAX]) {
      const calm = limitsOf({ safety: "wall", energy }, true, false);
      for (const band of Object.values(BANDS))
        expect(fallMsOf(band) / calm.energy).toBeGreaterThanOrEqual(400);
    }
  });

  test.each(["wall", "screen"] as const)("the limit that the host has set stays: %s", (safety) => {
    expect(limitsOf({ safety, energy: 1 }, true, true).safety).toBe(safety);
  });
});
