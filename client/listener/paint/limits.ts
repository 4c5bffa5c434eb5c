import type { Show } from "#protocol/wall.ts";

/**
 * The greatest energy where the person's device asks for less motion: light takes a quarter of a second to
 * rise and 0.4 s or more to fall.
 */
const CALM_ENERGY = 0.2;

/** How much light may move here. */
export type Limits = Pick<Show, "safety" | "energy">;

/**
 * How much light may move at a screen, which is never more than the host wants.
 * @param isCalm whether the device asks for less motion
 * @param keepsSafe whether the person here keeps flashes limited
 */
export function limitsOf({ safety, energy }: Limits, isCalm: boolean, keepsSafe: boolean): Limits {
  return {
    safety: safety === "off" && (isCalm || keepsSafe) ? "wall" : safety,
    energy: isCalm ? Math.min(energy, CALM_ENERGY) : energy,
  };
}
