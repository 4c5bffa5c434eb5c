import { FlashGuard } from "../../../client/light/flash-guard.ts";
import { FlashPhases } from "../../../client/light/flash-phases.ts";
import { FlashPlanner } from "../../../server/wall/flash-planner.ts";
import { greyOf, lightnessOfColour } from "./lightness.ts";
import { FRAMES_PER_SECOND } from "./way.ts";

/** The server gets the beats of so much time at once, ms. */
const PIECE_MS = 8_000;

/**
 * What the whole-wall flash guard leaves of a light, as grey. The wall clock is the song's time.
 * @param beats of the song that the wall knows, s
 */
export function guarded(lightness: Float32Array, beats: readonly number[]): Float32Array {
  const guard = new FlashGuard();
  const [planner, phases] = [new FlashPlanner(), new FlashPhases()];
  let planned = Number.NEGATIVE_INFINITY;
  return lightness.map((wanted, frame) => {
    const wall = (frame * 1_000) / FRAMES_PER_SECOND;
    if (wall - planned >= PIECE_MS) {
      const soon = beats.map((beat) => beat * 1_000).filter((beat) => beat > wall && beat < wall + 12_000);
      phases.plan = planner.follow(soon, wall);
      planned = wall;
    }
    return lightnessOfColour(guard.allow(greyOf(wanted), wall, phases.at(wall)));
  });
}
