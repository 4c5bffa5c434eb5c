import type { Show, Weighting } from "#protocol/wall.ts";
import type { Band, Bins } from "./band.ts";
import type { Spans } from "./light-map.ts";

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

/** Quieter sound counts as silence, dB relative to a full-scale sine. */
const SILENCE_DB = -120;
/** A band at this power is dark where the host has set a gain, dB relative to a full-scale sine. */
const DARK_DB = -55;
/** A band at this power is fully lit where the host has set a gain, dB relative to a full-scale sine. */
const BRIGHT_DB = -10;

/**
 * Time constants with which light follows a falling level, for a low band and for a high one, ms. A kick must
 * be dark before the next one; hats, which are faster than any eye likes, must not flicker.
 */
const FALL_MS = { low: 80, high: 120 };
/** Centres of the bands with these time constants; those between lie on a logarithmic scale, Hz. */
const FALL_HZ = { low: 90, high: 8_000 };

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

/** The band's power relative to a full-scale sine: 1 for that sine, more for louder sums of sounds. */
export function bandPower(spectrum: Float32Array, bins: Bins, weights?: Float32Array): number {
  let sum = 0;
  for (let bin = bins.first; bin < bins.end; bin++) {
    const power = Math.exp(spectrum[bin]! * (Math.LN10 / 10));
    sum += weights ? power * weights[bin]! : power;
  }
  return sum / FULL_SCALE;
}

/** The band's power in dB relative to a full-scale sine; {@link SILENCE_DB} at least. */
export function bandDb(spectrum: Float32Array, bins: Bins, weights?: Float32Array): number {
  const power = bandPower(spectrum, bins, weights);
  return power > 0 ? Math.max(10 * Math.log10(power), SILENCE_DB) : SILENCE_DB;
}

/** What is dark and what is bright where the host has set a gain, dB: the same for every band and song. */
export function fixedSpans(gainDb: number): Spans {
  const span = { dark: DARK_DB - gainDb, bright: BRIGHT_DB - gainDb };
  return { spanOf: () => span, riseGainAt: () => 0 };
}

/** Whether something is heard, of whatever frequency. */
export function isHeard(spectrum: Float32Array): boolean {
  return bandDb(spectrum, { first: 0, end: spectrum.length }) > DARK_DB;
}

/** The time constant with which the light of a band falls, ms. */
export function fallMsOf({ low, high }: Band): number {
  const octaves = Math.log2(FALL_HZ.high / FALL_HZ.low);
  const share = Math.log2(Math.sqrt(low * high) / FALL_HZ.low) / octaves;
  return FALL_MS.low + (FALL_MS.high - FALL_MS.low) * Math.min(Math.max(share, 0), 1);
}

/**
 * The least energy at which light rises at once: the least that a host can choose, `ENERGY_MIN`. Its file is
 * not imported, as it would be a part of what the first light waits for.
 */
const LIVELY_ENERGY = 0.25;
/** The time constant with which light rises where a person's device asks for less motion, ms. */
const CALM_RISE_MS = 250;

/** The time constant with which light of an energy rises, ms; 0 for at once, as for all that hosts choose. */
export function riseMsOf(energy: number): number {
  return energy < LIVELY_ENERGY ? CALM_RISE_MS : 0;
}

/**
 * How much an energy enlarges the beginnings of sounds. A calm screen enlarges them too, as what is bright in
 * a song is found with them; it rises too slowly to show them.
 */
export function emphasisOf(energy: number): number {
  return energy < LIVELY_ENERGY ? 1 : energy;
}

/** How long light stays before it falls, ms: hits faster than any eye likes become one glow. */
const HOLD_MS = 80;

/** A level as it is shown: up at once, so that a transient shows, or calmly; then held, then slowly down. */
export class Follower {
  level = 0;
  #fallingMs = 0;

  /**
   * Takes the next measured level, 0..1.
   * @param elapsedMs since the last one
   * @param fallMs time constant of the fall
   * @param riseMs time constant of the rise
   * @returns the level to show
   */
  next(measured: number, elapsedMs: number, fallMs: number, riseMs = 0): number {
    if (measured >= this.level) {
      this.level = riseMs ? measured + (this.level - measured) * Math.exp(-elapsedMs / riseMs) : measured;
      this.#fallingMs = 0;
      return this.level;
    }
    this.#fallingMs += elapsedMs;
    const falls = Math.min(Math.max(this.#fallingMs - HOLD_MS, 0), elapsedMs);
    this.level = measured + (this.level - measured) * Math.exp(-falls / fallMs);
    return this.level;
  }

  reset(level = 0): void {
    this.level = level;
    this.#fallingMs = 0;
  }
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

/**
 * The weighting of a show. A light map, which knows every band by itself, is made of spectra along the slope
 * of pink noise: so the whole spectrum shows all of a song, and not its bass only.
 */
export function weightingOf({ gainDb, weighting }: Pick<Show, "gainDb" | "weighting">): Weighting {
  return gainDb === null ? "pink" : weighting;
}

/** A weighting as a factor of power for each bin of an AnalyserNode's spectrum. */
export function weightsOf(weighting: Weighting, sampleRate: number, fftSize: number): Float32Array {
  return Float32Array.from(
    { length: fftSize / 2 },
    (_, bin) => 10 ** (weightDb(weighting, (bin * sampleRate) / fftSize) / 10),
  );
}
