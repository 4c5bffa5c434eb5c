/** How loud a song is as a whole, and its highest sample. */
export interface Loudness {
  /** Integrated loudness, LUFS (ITU-R BS.1770-4); undefined if it is silent. */
  readonly lufs: number | undefined;
  /** The highest sample, dB relative to full scale. */
  readonly peakDb: number;
}

/** A block, whose loudness is one figure, and the time between the beginnings of two (BS.1770-4), s. */
const BLOCK_S = 0.4;
const STEP_S = 0.1;
const STEPS_PER_BLOCK = Math.round(BLOCK_S / STEP_S);
/** Blocks that are softer are silence (BS.1770-4), LUFS. */
const SILENCE_LUFS = -70;
/** Blocks that are this much softer than the mean of the others do not count (BS.1770-4), LU. */
const SOFTER_LU = 10;
/** Loudness of a power of 1 after the filter (BS.1770-4), LUFS. */
const OFFSET_LUFS = -0.691;
/** The weights of channels in the order of WAVE, by how many there are (BS.1770-4). */
const WEIGHTS: Readonly<Record<number, readonly number[]>> = {
  // A graph plays one channel on both loudspeakers.
  1: [2],
  4: [1, 1, 1.41, 1.41],
  5: [1, 1, 1, 1.41, 1.41],
  6: [1, 1, 1, 0, 1.41, 1.41],
};

/** Measures the loudness of sound that comes piece by piece, in memory that grows by 80 bytes a second. */
export class LoudnessMeter {
  readonly #stepSamples: number;
  readonly #rate: number;
  readonly #filters: KFilter[] = [];
  /** The power of each step. */
  readonly #steps: number[] = [];
  #power = 0;
  #samples = 0;
  #peak = 0;

  /** @param rate of the sound, Hz */
  constructor(rate: number) {
    this.#rate = rate;
    this.#stepSamples = Math.round(rate * STEP_S);
  }

  /**
   * Takes the next sound.
   * @param channels of the same length
   */
  add(channels: readonly Float32Array[]): void {
    const weights = WEIGHTS[channels.length];
    const length = channels[0]?.length ?? 0;
    let from = 0;
    while (from < length) {
      const end = Math.min(from + this.#stepSamples - this.#samples, length);
      channels.forEach((channel, n) => {
        this.#filters[n] ??= new KFilter(this.#rate);
        for (let at = from; at < end; at++) this.#peak = Math.max(this.#peak, Math.abs(channel[at]!));
        this.#power += (weights?.[n] ?? 1) * this.#filters[n].power(channel, from, end);
      });
      this.#samples += end - from;
      from = end;
      if (this.#samples === this.#stepSamples) this.#endStep();
    }
  }

  /** Of all that was added. */
  get result(): Loudness {
    return { lufs: this.#integrated(), peakDb: 20 * Math.log10(this.#peak) };
  }

  #endStep(): void {
    this.#steps.push(this.#power / this.#stepSamples);
    this.#power = 0;
    this.#samples = 0;
  }

  #integrated(): number | undefined {
    const blocks: number[] = [];
    for (let n = STEPS_PER_BLOCK; n <= this.#steps.length; n++)
      blocks.push(meanOf(this.#steps.slice(n - STEPS_PER_BLOCK, n)));
    const heard = blocks.filter((power) => lufsOf(power) > SILENCE_LUFS);
    if (heard.length === 0) return;
    const gate = lufsOf(meanOf(heard)) - SOFTER_LU;
    return lufsOf(meanOf(heard.filter((power) => lufsOf(power) > gate)));
  }
}

function lufsOf(power: number): number {
  return OFFSET_LUFS + 10 * Math.log10(power);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The coefficients of a filter with two poles and two zeros, as usual by `a0`. */
interface Coefficients {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

/**
 * Weights sound as people hear it (K-weighting, BS.1770-4): first what a head does to high tones, then
 * without the lowest ones. The standard has coefficients for 48 kHz only; these are the analogue filters
 * behind them (B. De Man, Evaluation of Implementations of the EBU R128 Loudness Measurement, AES 145, 2018).
 */
class KFilter {
  readonly #head: Coefficients;
  readonly #low: Coefficients;
  readonly #state = new Float64Array(4);

  constructor(rate: number) {
    this.#head = headFilter(rate);
    this.#low = lowFilter(rate);
  }

  /** The sum of the squares of what comes out for a part of `samples`. */
  power(samples: Float32Array, from: number, end: number): number {
    const { b, a } = this.#head;
    const { a: lowA } = this.#low;
    let [h1, h2, l1, l2] = this.#state as unknown as [number, number, number, number];
    let sum = 0;
    for (let at = from; at < end; at++) {
      // Both in direct form II transposed.
      const x = samples[at]!;
      const head = b[0] * x + h1;
      h1 = b[1] * x - a[0] * head + h2;
      h2 = b[2] * x - a[1] * head;
      const low = head + l1;
      l1 = -2 * head - lowA[0] * low + l2;
      l2 = head - lowA[1] * low;
      sum += low * low;
    }
    this.#state.set([h1, h2, l1, l2]);
    return sum;
  }
}

function headFilter(rate: number): Coefficients {
  const [hertz, gainDb, quality] = [1_681.974450955533, 3.999843853973347, 0.7071752369554196];
  const k = Math.tan((Math.PI * hertz) / rate);
  const high = 10 ** (gainDb / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / quality + k * k;
  return {
    b: [
      (high + (band * k) / quality + k * k) / a0,
      (2 * (k * k - high)) / a0,
      (high - (band * k) / quality + k * k) / a0,
    ],
    a: [(2 * (k * k - 1)) / a0, (1 - k / quality + k * k) / a0],
  };
}

function lowFilter(rate: number): Coefficients {
  const [hertz, quality] = [38.13547087602444, 0.5003270373238773];
  const k = Math.tan((Math.PI * hertz) / rate);
  const a0 = 1 + k / quality + k * k;
  return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / a0, (1 - k / quality + k * k) / a0] };
}
