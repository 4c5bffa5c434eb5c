import { STEP_MS } from "./onset-strength.ts";
import type { Pulses } from "./pulse.ts";

/** Slowest and fastest tempo, beats a minute. */
export const BPM_MIN = 55;
export const BPM_MAX = 215;
/** Spectra in a minute. */
const MINUTE_SPECTRA = 60_000 / STEP_MS;
/** The longest lag is a bar of four at the slowest tempo, in spectra. */
export const LAGS = Math.ceil((4 * MINUTE_SPECTRA) / BPM_MIN) + 2;
/** Pulses kept: more than {@link LAGS}; a power of two. */
const RING = 512;
/** The mean of pulses is taken over about this many: four seconds. */
const MEAN_SPECTRA = 400;

/** Sums of products of pulses over a stretch of sound. They may be added and scaled. */
export class SimilaritySums {
  /** Each part of the sound with itself, by lag in spectra, all parts together. */
  readonly self = new Float32Array(LAGS);
  /** Kicks with snares (what is in the middle and not below), in either order, by lag. */
  readonly cross = new Float32Array(LAGS);
  /** Squares of kicks and of snares. */
  readonly energies = new Float32Array(2);
  /** Each pair of parts without lag: low², mid², high², low × mid, mid × high, low × high. */
  readonly together = new Float32Array(6);

  /** Adds other sums, `weight` times. */
  add(other: SimilaritySums, weight: number): void {
    for (const [own, theirs] of this.#pairs(other)) {
      for (let n = 0; n < own.length; n++) own[n]! += weight * theirs[n]!;
    }
  }

  scale(factor: number): void {
    for (const [own] of this.#pairs(this)) for (let n = 0; n < own.length; n++) own[n]! *= factor;
  }

  clear(): void {
    for (const [own] of this.#pairs(this)) own.fill(0);
  }

  /** How much the parts sound together, 0…1: a click track's do, a drum kit's do not. */
  get sameness(): number {
    const [low, mid, high, lowMid, midHigh, lowHigh] = this.together as unknown as number[];
    const least = this.self[0]! * 0.1;
    let same = 1;
    const pairs = [
      [low!, mid!, lowMid!],
      [mid!, high!, midHigh!],
      [low!, high!, lowHigh!],
    ] as const;
    // A part that is silent is not compared.
    for (const [a, b, both] of pairs)
      if (a > least && b > least) same = Math.min(same, both / Math.sqrt(a * b));
    return same;
  }

  #pairs(other: SimilaritySums): [Float32Array, Float32Array][] {
    return [
      [this.self, other.self],
      [this.cross, other.cross],
      [this.energies, other.energies],
      [this.together, other.together],
    ];
  }
}

/** The last pulses of a part, without their mean: without rhythm they would have their mean in common. */
class Centred {
  readonly ring = new Float32Array(RING);
  #mean = 0;

  add(pulse: number, index: number): number {
    this.#mean += (pulse - this.#mean) / Math.min(index + 1, MEAN_SPECTRA);
    const centred = pulse - this.#mean;
    this.ring[index & (RING - 1)] = centred;
    return centred;
  }
}

/**
 * The self-similarity of pulses (autocorrelation, each part of the sound by itself), and the similarity of
 * kicks and snares. Each new pulse adds its products with those before it to sums, so that the sums of many
 * stretches may be put together to windows of any form.
 */
export class Similarity {
  readonly #low = new Centred();
  readonly #mid = new Centred();
  readonly #high = new Centred();
  readonly #snare = new Centred();
  #seen = 0;

  /** Adds the pulses of a spectrum to sums. */
  add([lowPulse, midPulse, highPulse]: Pulses, sums: SimilaritySums): void {
    const at = this.#seen++;
    const low = this.#low.add(lowPulse, at);
    const mid = this.#mid.add(midPulse, at);
    const high = this.#high.add(highPulse, at);
    const snare = this.#snare.add(Math.max(midPulse - lowPulse, 0), at);
    const { self, cross, energies, together } = sums;
    const [lows, mids, highs, snares] = [this.#low.ring, this.#mid.ring, this.#high.ring, this.#snare.ring];
    for (let lag = 0; lag < LAGS; lag++) {
      const then = (at - lag) & (RING - 1);
      self[lag]! += low * lows[then]! + mid * mids[then]! + high * highs[then]!;
      cross[lag]! += low * snares[then]! + snare * lows[then]!;
    }
    energies[0]! += low * low;
    energies[1]! += snare * snare;
    together[0]! += lowPulse * lowPulse;
    together[1]! += midPulse * midPulse;
    together[2]! += highPulse * highPulse;
    together[3]! += lowPulse * midPulse;
    together[4]! += midPulse * highPulse;
    together[5]! += lowPulse * highPulse;
  }
}
