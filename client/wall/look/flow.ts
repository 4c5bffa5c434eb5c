import { REACH_MS } from "../../light/band-levels.ts";
import { type LookMoment, levelAt, sinceBeatAt } from "./moment.ts";

/**
 * A flow of light: each picture is the one before, carried a little way by a current, faded, and with new
 * light drawn on it. So that every screen has the same one, steps are those of the song's time.
 */

/** Time between two steps, ms. */
export const STEP_MS = 20;
/**
 * Most steps to make up for at once: as far back as levels are kept, so that a screen that paints seldom has
 * the same picture. One that comes later has it after some seconds.
 */
export const STEPS_MAX = REACH_MS / STEP_MS;
/** Directions in which the ring of new light has a level of its own, from low bands to high ones. */
export const SPOKES = 32;
/** Time in which the push of a beat fades, ms. */
const KICK_MS = 140;

/** The current and the new light of one step. */
export interface FlowStep {
  /** Share of the light that stays. */
  stays: number;
  /** How much closer to the origin the light of a point comes from, as a factor of its distance. */
  closer: number;
  /** How far the current turns about the origin, radians. */
  spin: number;
  /** Strength of the eddies, in heights of the wall. */
  eddy: number;
  /** Phases of the eddies, radians. */
  phases: readonly [number, number];
  /** Radius of the ring, in heights of the wall, and how far levels bend it. */
  ring: readonly [radius: number, bend: number];
  /** How often the ring repeats itself around the origin. */
  folds: number;
  /** How much light a beat throws into the middle, 0..1. */
  kick: number;
}

/** The step at a time before the painted media time, ms. */
export function flowAt(moment: LookMoment, ago: number): FlowStep {
  const { bands, media } = moment;
  const s = (media - ago) / 1_000;
  const bass = bands.level(0.1, ago);
  const kick = Math.exp(-sinceBeatAt(moment, ago) / KICK_MS);
  return {
    stays: 0.978 + 0.01 * wave(s, 37),
    closer: 0.992 - 0.004 * wave(s, 23) - 0.012 * bass * bass - 0.01 * kick,
    spin: 0.006 * wave(s, 31) + 0.008 * wave(s, 13) * bass,
    eddy: 0.003 + 0.006 * bands.whole(ago),
    phases: [0.37 * s, 0.29 * s + 2],
    ring: [0.2 + 0.06 * wave(s, 19), 0.3 + 0.1 * wave(s, 41)],
    folds: 1 + (Math.floor(s / 16) % 4),
    kick: bass * kick,
  };
}

/**
 * The level of each spoke, rounded over its neighbours. Patterns move over the ring as over the wall.
 * @param into {@link SPOKES} numbers
 */
export function spokesOf(moment: LookMoment, ago: number, into: Float32Array): void {
  const { width, origin } = moment.stage;
  const at = (spoke: number) => {
    const share = (Math.min(Math.max(spoke, 0), SPOKES - 1) + 0.5) / SPOKES;
    return levelAt(moment, share, share * width, origin.y, ago);
  };
  let [before, level, after] = [at(-1), at(0), at(1)];
  for (let spoke = 0; spoke < SPOKES; spoke++) {
    into[spoke] = Math.max((before + 2 * level + after) / 4, 0.85 * level);
    [before, level, after] = [level, after, at(spoke + 2)];
  }
}

/** A slow wave, −1..1, of this period in s. */
function wave(s: number, period: number): number {
  return Math.sin((2 * Math.PI * s) / period);
}
