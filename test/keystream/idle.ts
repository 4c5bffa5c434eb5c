import { setImmediate as turn } from "node:timers/promises";

/** Turns of the loop between two packets, in which keystream is made ahead: for none, for some listeners or for all. */
const TURNS = [0, 0, 1, 1, 1, 2, 3, 5, 12, 12];

export async function idle(random: () => number): Promise<void> {
  for (let n = TURNS[Math.floor(random() * TURNS.length)]!; n > 0; n--) await turn();
}
