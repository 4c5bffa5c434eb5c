import { type Band, binsOf, validBand } from "../../../client/light/band.ts";
import { FFT_SIZE } from "../../../client/listener/ear/grid.ts";
import { lightnessOfGrey } from "./lightness.ts";
import { eachFrame, type Way } from "./way.ts";

const SAMPLE_RATE_HZ = 48_000;
/** LedFx divides a range into this many overlapping triangles, and hears nothing above 15 kHz. */
const TRIANGLES = 24;
const HIGHEST_HZ = 15_000;
/** Magnitudes are raised to this power, so that peaks stand out: its "peak isolation" of 0.4. */
const POWER = 2;
/** The maximum follows a louder frame at once, and falls by a hundredth of the way a frame. */
const MAXIMUM = { rise: 0.99, fall: 0.01 };
/** What is shown follows up at once, and down nearly so. */
const SHOWN = { rise: 0.99, fall: 0.7 };

/**
 * The way of LedFx (https://github.com/LedFx/LedFx), written anew from its description: the power of a
 * band's mel filters ÷ a maximum that decays, smoothed, as a channel's value. A screen's band is one such
 * range, with a maximum of its own.
 */
export const ledfx: Way = (moments, seconds, band) => {
  const triangles = trianglesOf(band);
  const [maximum, shown] = [new Follower(MAXIMUM), new Follower(SHOWN)];
  return eachFrame(moments, seconds, (spectrum) => {
    const power = melPower(spectrum, triangles);
    const most = maximum.next(power);
    return lightnessOfGrey(shown.next(most > 0 ? Math.min(power / most, 1) : 0));
  });
};

/** An exponential filter whose share of the new value depends on the direction. */
class Follower {
  readonly #rise: number;
  readonly #fall: number;
  #value = 0;

  constructor({ rise, fall }: { rise: number; fall: number }) {
    this.#rise = rise;
    this.#fall = fall;
  }

  next(value: number): number {
    this.#value += (value > this.#value ? this.#rise : this.#fall) * (value - this.#value);
    return this.#value;
  }
}

/** A filter: its first bin, and the weight of each bin from there on; they add up to 1. */
interface Triangle {
  first: number;
  weights: readonly number[];
}

/** Filters that are equally far apart on the mel scale. A narrow band has fewer: none is below two bins. */
function trianglesOf(band: Band): Triangle[] {
  const { low, high } = validBand(band, 0, HIGHEST_HZ);
  const bins = binsOf({ low, high }, SAMPLE_RATE_HZ, FFT_SIZE);
  const count = Math.max(1, Math.min(TRIANGLES, Math.floor((bins.end - bins.first) / 2)));
  const [from, to] = [mel(low), mel(high)];
  const corner = (n: number) => (hertz(from + ((to - from) * n) / (count + 1)) * FFT_SIZE) / SAMPLE_RATE_HZ;
  return Array.from({ length: count }, (_, n) => triangle(corner(n), corner(n + 1), corner(n + 2)));
}

/** A triangle between two corners, in bins; where it holds no bin's middle, the bin nearest to its top. */
function triangle(from: number, top: number, to: number): Triangle {
  const first = Math.floor(from) + 1;
  const heights: number[] = [];
  for (let bin = first; bin < to; bin++) {
    heights.push(bin < top ? (bin - from) / (top - from) : (to - bin) / (to - top));
  }
  const sum = heights.reduce((a, b) => a + b, 0);
  if (sum === 0) return { first: Math.round(top), weights: [1] };
  return { first, weights: heights.map((height) => height / sum) };
}

function melPower(spectrum: Float32Array, triangles: readonly Triangle[]): number {
  let power = 0;
  for (const { first, weights } of triangles) {
    let magnitude = 0;
    for (const [n, weight] of weights.entries()) magnitude += weight * 10 ** (spectrum[first + n]! / 20);
    power += magnitude ** POWER;
  }
  return power / triangles.length;
}

/** The mel scale (O'Shaughnessy, 1987). */
function mel(frequency: number): number {
  return 2_595 * Math.log10(1 + frequency / 700);
}

function hertz(pitch: number): number {
  return 700 * (10 ** (pitch / 2_595) - 1);
}
