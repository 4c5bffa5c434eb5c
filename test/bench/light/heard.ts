import { attackAge } from "../../../client/light/attack.ts";
import { Onsets } from "../../../client/light/onsets.ts";
import { FFT_SIZE, GRID_STEP_SAMPLES, Grid } from "../../../client/listener/ear/grid.ts";
import type { Moment } from "./way.ts";

const SAMPLE_RATE_HZ = 48_000;
const SAMPLES_PER_MS = 48;

/** A song as a screen hears it. */
export interface Heard {
  seconds: number;
  moments: Moment[];
  /** Where the program finds beats, s. */
  onsets: number[];
}

/** Hears a song: the mean of both sides, and its spectra on the grid, as `Pipeline` of a screen does. */
export function hear([left, right]: readonly [Float32Array, Float32Array]): Heard {
  const mono = left.map((sample, n) => (sample + right[n]!) / 2);
  const [grid, onsets] = [new Grid(), new Onsets()];
  const heard: Heard = { seconds: mono.length / SAMPLE_RATE_HZ, moments: [], onsets: [] };
  for (let at = 0; at + GRID_STEP_SAMPLES <= mono.length; at += GRID_STEP_SAMPLES) {
    for (const { position, spectrum } of grid.add(at, mono.subarray(at, at + GRID_STEP_SAMPLES))) {
      heard.moments.push({ media: (position - FFT_SIZE / 2) / SAMPLES_PER_MS, spectrum });
      if (!onsets.add(spectrum, position / SAMPLES_PER_MS)) continue;
      heard.onsets.push(position / SAMPLE_RATE_HZ - attackAge(grid.window(position), SAMPLE_RATE_HZ));
    }
  }
  return heard;
}
