import { FlashGuard, phaseAt } from "../../../client/light/flash-guard.ts";
import { greyOf, lightnessOfColour } from "./lightness.ts";
import { FRAMES_PER_SECOND } from "./way.ts";

/**
 * What the whole-wall flash guard leaves of a light, as grey. The wall clock is the song's time: 450 ms is no
 * multiple of a beat, so that beats fall on all phases in turn.
 */
export function guarded(lightness: Float32Array): Float32Array {
  const guard = new FlashGuard();
  return lightness.map((wanted, frame) => {
    const wall = (frame * 1_000) / FRAMES_PER_SECOND;
    return lightnessOfColour(guard.allow(greyOf(wanted), wall, phaseAt(wall)));
  });
}
