import type { Signal } from "@preact/signals";
import type { Queue } from "./queue.ts";

interface Player {
  readonly queue: Pick<Queue, "find">;
  /** Text for the host: what went wrong last; "" if nothing did. */
  readonly problem: Signal<string>;
  select(id: string): Promise<void>;
}

/**
 * Plays the first of some songs that can be played, unless the host chooses something else meanwhile. Tells
 * why the first that cannot be played cannot, unless it was taken out of the queue meanwhile.
 * @param next the id of the next song to try; undefined if there is none
 */
export async function playFirst(player: Player, next: () => string | undefined): Promise<void> {
  const { queue } = player;
  let problem = "";
  for (let id = next(); id !== undefined; id = next()) {
    if (!queue.find(id)) continue;
    await player.select(id);
    const song = queue.find(id);
    if (song?.problem === "") break;
    if (song) problem ||= player.problem.peek();
    else player.problem.value = "";
  }
  if (problem) player.problem.value = problem;
}
