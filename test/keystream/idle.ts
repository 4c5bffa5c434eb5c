import { setImmediate as turn } from "node:timers/promises";
import type { Chance } from "./chance.ts";

/**
 * Turns of the loop between two packets, in which keystream is made ahead: for none, for some listeners or
 * for all.
 */
const TURNS = [0, 0, 1, 1, 1, 2, 3, 5, 12, 12];

export async function idle(chance: Chance): Promise<void> {
  for (let n = TURNS[chance.upTo(TURNS.length)]!; n > 0; n--) await turn();
}
