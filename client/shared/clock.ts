/**
 * One message to the server and its reply: `sent` and `arrived` by this page's clock, the others by the
 * server's; ms. `received` is infinite if only the way from the server is known.
 */
export interface ClockSample {
  sent: number;
  received: number;
  replied: number;
  arrived: number;
}

/** How long a sample is kept: over this time the drift of a browser's clock is close to constant. */
const WINDOW_MS = 180_000;
/** The usual difference between the rates of two quartz clocks, ms per ms. */
const USUAL_DRIFT = 3e-5;
/** The greatest drift that an estimate may have, ms per ms. */
const GREATEST_DRIFT = 5e-4;
/** Steps of the search for the best drift; each shortens the interval to two thirds. */
const SEARCH_STEPS = 24;
/** The share of the quickest messages by which the noise is estimated. */
const QUICK_SHARE = 0.25;

/**
 * Estimates the wall clock, which is the server's. Each sample bounds the offset between the two clocks: the
 * server's is ahead of this page's by at least `replied − arrived` and at most `received − sent`. The
 * estimate is the pair of parallel lines with the greatest gap that lie between all lower and all upper
 * bounds: their slope is the drift, the line midway between them is the offset. A slow message has wide
 * bounds and does not change the estimate.
 *
 * Constant asymmetry of the network cannot be measured: half of the difference between the two directions
 * remains as an error.
 */
export class WallClock {
  #samples: ClockSample[] = [];
  #fit: Fit | undefined;

  /**
   * Adds a sample. Samples that contradict each other are dropped: those of one direction first, then those
   * from before a step of a clock.
   */
  add(sample: ClockSample): void {
    this.#samples = this.#samples.filter(({ arrived }) => sample.arrived - arrived < WINDOW_MS);
    if (isWhole(sample)) this.#samples.push(sample);
    else this.#samples.unshift(sample);
    let fit = fitOf(this.#samples, this.#fit?.noise);
    while (fit.gap < 0 && this.#samples.length > 1) {
      this.#samples.splice(0, Math.ceil(this.#samples.length / 8));
      fit = fitOf(this.#samples);
    }
    // Without a whole sample nothing new is known.
    if (fit.gap < Infinity) this.#fit = fit;
  }

  /** Forgets samples of one direction, which have turned out wrong. */
  forgetOneSided(): void {
    this.#samples = this.#samples.filter(isWhole);
  }

  /** The wall clock at a time of `performance.now()`, in ms; undefined before the first sample. */
  at(local: number): number | undefined {
    if (!this.#fit) return;
    const { middle, offset, drift } = this.#fit;
    return local + offset + drift * (local - middle);
  }

  /** The shortest round trip, in ms. */
  get roundTrip(): number | undefined {
    return this.#fit?.gap;
  }

  /** The estimate's possible error without that of constant asymmetry, in ms. */
  get error(): number | undefined {
    return this.#fit?.error;
  }
}

function isWhole({ received }: ClockSample): boolean {
  return received < Infinity;
}

interface Fit {
  /** This page's time at which `offset` is exact. */
  middle: number;
  offset: number;
  drift: number;
  /** The shortest round trip; below 0 the samples contradict each other. */
  gap: number;
  /** The possible error of the offset at `middle`. */
  noise: number;
  /** The possible error of the offset after the last sample. */
  error: number;
}

/** @param noiseBefore noise of the previous fit: the greater it is, the more a large drift is penalised */
function fitOf(samples: readonly ClockSample[], noiseBefore = 1): Fit {
  const middle = samples.reduce((sum, { sent }) => sum + sent, 0) / samples.length;
  const penalty = noiseBefore / (2 * USUAL_DRIFT ** 2);
  const score = (drift: number) => boundsAt(samples, middle, drift).gap - penalty * drift ** 2;
  let [low, high] = [-GREATEST_DRIFT, GREATEST_DRIFT];
  for (let step = 0; step < SEARCH_STEPS; step++) {
    const third = (high - low) / 3;
    if (score(low + third) < score(high - third)) low += third;
    else high -= third;
  }
  const drift = (low + high) / 2;
  const { most, least, gap } = boundsAt(samples, middle, drift);
  const noise = noiseOf(samples, middle, drift, gap);
  const error = noise + driftErrorOf(samples, middle, noise);
  return { middle, offset: (most + least) / 2, drift, gap, noise, error };
}

/**
 * The error that a wrong drift adds between the middle of the samples and the last of them. The longer the
 * span of the samples, the better the drift is known.
 */
function driftErrorOf(samples: readonly ClockSample[], middle: number, noise: number): number {
  const reach = Math.abs(samples[samples.length - 1]!.sent - middle);
  const spread = Math.sqrt(samples.reduce((sum, { sent }) => sum + (sent - middle) ** 2, 0) / samples.length);
  // Samples of one moment have no spread.
  return reach && reach * Math.min(noise / spread, USUAL_DRIFT);
}

function boundsAt(samples: readonly ClockSample[], middle: number, drift: number) {
  let most = Number.POSITIVE_INFINITY;
  let least = Number.NEGATIVE_INFINITY;
  for (const { sent, received, replied, arrived } of samples) {
    most = Math.min(most, received - sent - drift * (sent - middle));
    least = Math.max(least, replied - arrived - drift * (arrived - middle));
  }
  return { most, least, gap: most - least };
}

/**
 * How much slower the quickest messages are than the network allows. The quickest messages of a direction
 * differ from each other by about that much. It takes a quarter of all messages: two or three may agree by
 * chance, and a page that pings until the error is small would then stop too early.
 */
function noiseOf(samples: readonly ClockSample[], middle: number, drift: number, gap: number): number {
  const there = samples
    .filter(isWhole)
    .map(({ sent, received }) => received - sent - drift * (sent - middle));
  if (there.length < 3) return gap / 2;
  const back = samples.map(({ replied, arrived }) => arrived - replied + drift * (arrived - middle));
  return (excess(there) + excess(back)) / 2;
}

function excess(delays: number[]): number {
  delays.sort((a, b) => a - b);
  const count = Math.max(Math.ceil(delays.length * QUICK_SHARE), 2);
  return (delays[count]! - delays[0]!) / count;
}
