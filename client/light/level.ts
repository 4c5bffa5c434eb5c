import type { Weighting } from "#protocol/wall.ts";
import type { Bins } from "./band.ts";

/**
 * Computes levels from an AnalyserNode's spectrum: dB per bin as `getFloatFrequencyData` returns them, with
 * `smoothingTimeConstant` 0 (Web Audio API 1.1, §1.8.6: Blackman window, magnitudes divided by the FFT size).
 */

/** An AnalyserNode maps this to byte 0: the default of `minDecibels`. */
const BYTES_FROM_DB = -100;
/** An AnalyserNode maps this to byte 255: the default of `maxDecibels`. */
const BYTES_TO_DB = -30;

/** Mean square of the Blackman window: 0.42² + 0.5²/2 + 0.08²/2. */
const WINDOW_POWER = 0.3046;
/** Sum of the bin powers of a full-scale sine: half of its power 1/2, as half is at negative frequencies. */
const FULL_SCALE = WINDOW_POWER / 4;

/** A band at this power is dark, dB relative to a full-scale sine. */
const DARK_DB = -55;
/** A band at this power is fully lit, dB relative to a full-scale sine. */
export const BRIGHT_DB = -10;

/** Time constant with which light follows a rising level. */
const ATTACK_S = 0.012;
/**
 * How much later than it is due light shows a steady rise, ms, because it follows with {@link ATTACK_S}.
 * Sound that is to agree with the light waits for it.
 */
export const LIGHT_LAG_MS = 10;
/** Time constant with which light follows a falling level. */
const RELEASE_S = 0.11;

/**
 * The average of the band's byte magnitudes, as `getByteFrequencyData` would return them, as a level 0..1 (1
 * is byte 255).
 */
export function byteLevel(spectrum: Float32Array, bins: Bins): number {
  let sum = 0;
  for (let bin = bins.first; bin < bins.end; bin++) {
    const byte = Math.floor((255 * (spectrum[bin]! - BYTES_FROM_DB)) / (BYTES_TO_DB - BYTES_FROM_DB));
    if (byte > 0) sum += Math.min(byte, 255);
  }
  return sum / (bins.end - bins.first) / 255;
}

/** How sound is measured: a factor for the power of each bin, and a gain for all bins in dB. */
export interface Measure {
  weights?: Float32Array;
  gainDb: number;
}

/** All bins weigh the same, without gain. */
export const PLAIN: Measure = { gainDb: 0 };

/** The band's power relative to a full-scale sine: 1 for that sine, more for louder sums of sounds. */
export function bandPower(spectrum: Float32Array, bins: Bins, weights?: Float32Array): number {
  let sum = 0;
  for (let bin = bins.first; bin < bins.end; bin++) {
    const power = Math.exp(spectrum[bin]! * (Math.LN10 / 10));
    sum += weights ? power * weights[bin]! : power;
  }
  return sum / FULL_SCALE;
}

/** The band's level 0..1: its power on a logarithmic scale from dark to fully lit. */
export function powerLevel(spectrum: Float32Array, bins: Bins, { weights, gainDb } = PLAIN): number {
  const power = bandPower(spectrum, bins, weights);
  if (!(power > 0)) return 0;
  const db = 10 * Math.log10(power) + gainDb;
  return Math.min(Math.max((db - DARK_DB) / (BRIGHT_DB - DARK_DB), 0), 1);
}

/**
 * Moves a shown level towards the measured one: fast up, slowly down, independently of the frame rate.
 * @param elapsed since the last move, s
 */
export function follow(shown: number, measured: number, elapsed: number): number {
  const time = measured > shown ? ATTACK_S : RELEASE_S;
  return measured + (shown - measured) * Math.exp(-Math.max(elapsed, 0) / time);
}

/** The poles of A-weighting (IEC 61672-1:2013, annex E). */
const POLES_HZ = [20.6, 107.7, 737.9, 12_194] as const;
/** The gain of these poles at 1 kHz, which is subtracted. */
const POLES_AT_1_KHZ_DB = -2;

/** The gain of a weighting at a frequency, dB; 0 at 1 kHz. */
export function weightDb(weighting: Weighting, hertz: number): number {
  switch (weighting) {
    case "none":
      return 0;
    case "pink":
      // 3 dB per octave: pink noise falls by this much per bin, and most music does too.
      return 10 * Math.log10(hertz / 1_000);
    case "a": {
      const [first, second, third, fourth] = POLES_HZ;
      const square = hertz ** 2;
      const down = (square + first ** 2) * (square + fourth ** 2);
      const middle = Math.sqrt((square + second ** 2) * (square + third ** 2));
      return 20 * Math.log10((fourth ** 2 * square ** 2) / (down * middle)) - POLES_AT_1_KHZ_DB;
    }
  }
}

/** A weighting as a factor of power for each bin of an AnalyserNode's spectrum. */
export function weightsOf(weighting: Weighting, sampleRate: number, fftSize: number): Float32Array {
  return Float32Array.from(
    { length: fftSize / 2 },
    (_, bin) => 10 ** (weightDb(weighting, (bin * sampleRate) / fftSize) / 10),
  );
}
