import type { Bins } from "./band.ts";

/**
 * Levels from an AnalyserNode's spectrum: dB per bin as `getFloatFrequencyData` gives them, with
 * `smoothingTimeConstant` 0 (Web Audio API 1.1, §1.8.6: Blackman window, magnitudes divided by the FFT size).
 */

/** The range an AnalyserNode maps to bytes by default, in dB. */
const BYTES_FROM_DB = -100;
const BYTES_TO_DB = -30;

/** Mean square of the Blackman window: 0.42² + 0.5²/2 + 0.08²/2. */
const WINDOW_POWER = 0.3046;
/**
 * Summed bin powers of a full-scale sine: half its power 1/2, as the spectrum has only positive frequencies.
 */
const FULL_SCALE = WINDOW_POWER / 4;

/** What counts as dark and as fully lit, in dB relative to a full-scale sine. */
const DARK_DB = -55;
export const BRIGHT_DB = -10;

const ATTACK_S = 0.012;
const RELEASE_S = 0.11;

/**
 * The plain average of the band's byte magnitudes as `getByteFrequencyData` would give them, as a
 * level 0..1 (1 is byte 255).
 */
export function byteLevel(spectrum: Float32Array, bins: Bins): number {
  let sum = 0;
  for (let bin = bins.first; bin < bins.end; bin++) {
    const byte = Math.floor((255 * (spectrum[bin]! - BYTES_FROM_DB)) / (BYTES_TO_DB - BYTES_FROM_DB));
    if (byte > 0) sum += Math.min(byte, 255);
  }
  return sum / (bins.end - bins.first) / 255;
}

/**
 * How loud a sound counts: how much each bin weighs, as a factor of its power, and how much all are raised,
 * dB.
 */
export interface Measure {
  weights?: Float32Array;
  gainDb: number;
}

/** Every sound as loud as it is. */
export const PLAIN: Measure = { gainDb: 0 };

/**
 * The band's power as a fraction of a full-scale sine's: 1 for that sine, and for a louder sum of sounds
 * more.
 */
export function bandPower(spectrum: Float32Array, bins: Bins, weights?: Float32Array): number {
  let sum = 0;
  for (let bin = bins.first; bin < bins.end; bin++) {
    const power = Math.exp(spectrum[bin]! * (Math.LN10 / 10));
    sum += weights ? power * weights[bin]! : power;
  }
  return sum / FULL_SCALE;
}

/** The band's level 0..1: its power on a logarithmic scale from dark to bright, as eye and ear weigh it. */
export function powerLevel(spectrum: Float32Array, bins: Bins, { weights, gainDb } = PLAIN): number {
  const power = bandPower(spectrum, bins, weights);
  if (!(power > 0)) return 0;
  const db = 10 * Math.log10(power) + gainDb;
  return Math.min(Math.max((db - DARK_DB) / (BRIGHT_DB - DARK_DB), 0), 1);
}

/**
 * Moves a shown level towards the measured one: fast up, slowly down, and the same at every frame rate.
 * @param elapsed seconds since the level was last moved
 */
export function follow(shown: number, measured: number, elapsed: number): number {
  const time = measured > shown ? ATTACK_S : RELEASE_S;
  return measured + (shown - measured) * Math.exp(-Math.max(elapsed, 0) / time);
}
