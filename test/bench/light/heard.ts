import { attackAge } from "../../../client/light/attack.ts";
import { Onsets } from "../../../client/light/onsets.ts";
import { BeatTracker, type TrackedBeats } from "../../../client/light/tempo/beat-tracker.ts";
import { OnsetStrength } from "../../../client/light/tempo/onset-strength.ts";
import { FFT_SIZE, GRID_STEP_SAMPLES, Grid } from "../../../client/listener/ear/grid.ts";
import type { Moment } from "./way.ts";

const SAMPLE_RATE_HZ = 48_000;
const SAMPLES_PER_MS = 48;
/** With fewer beats a song has no rhythm that could be measured. */
const BEATS_MIN = 16;

/** A song as a screen hears it. */
export interface Heard {
  seconds: number;
  moments: Moment[];
  /** Where the program finds beats, or onsets of sounds if there is no rhythm; s. */
  beats: readonly number[];
}

/** Hears a song: the mean of both sides, and its spectra on the grid, as `Pipeline` of a screen does. */
export function hear([left, right]: readonly [Float32Array, Float32Array]): Heard {
  const mono = left.map((sample, n) => (sample + right[n]!) / 2);
  const [grid, onsets] = [new Grid(), new Onsets()];
  const heard: Heard = { seconds: mono.length / SAMPLE_RATE_HZ, moments: [], beats: [] };
  const found: number[] = [];
  for (let at = 0; at + GRID_STEP_SAMPLES <= mono.length; at += GRID_STEP_SAMPLES) {
    for (const { position, spectrum } of grid.add(at, mono.subarray(at, at + GRID_STEP_SAMPLES))) {
      heard.moments.push({ media: (position - FFT_SIZE / 2) / SAMPLES_PER_MS, spectrum });
      if (!onsets.add(spectrum, position / SAMPLES_PER_MS)) continue;
      found.push(position / SAMPLE_RATE_HZ - attackAge(grid.window(position), SAMPLE_RATE_HZ));
    }
  }
  const beats = trackedBeats(heard.moments).beats.map((ms) => ms / 1_000);
  heard.beats = beats.length >= BEATS_MIN ? beats : found;
  return heard;
}

/** The rhythm of a song, as its analysis finds it. */
export function trackedBeats(moments: readonly Moment[]): TrackedBeats {
  const halfMs = (FFT_SIZE / 2 / SAMPLE_RATE_HZ) * 1_000;
  const tracker = new BeatTracker((moments[0]?.media ?? 0) + halfMs);
  const onsets = new OnsetStrength();
  for (const { spectrum } of moments) tracker.add(onsets.add(spectrum));
  return tracker.result();
}
