/**
 * One question to a clock: `sent` and `arrived` by the own clock, `received` and `replied` by the other, in
 * ms.
 */
export interface ClockSample {
  sent: number;
  received: number;
  replied: number;
  arrived: number;
}

/** Samples kept: what a browser's clock drifts in this time is close to a straight line. */
const WINDOW_MS = 180_000;
/** What two good quartzes differ by, and the most that is believed, in ms a ms. */
const USUAL_DRIFT = 3e-5;
const GREATEST_DRIFT = 5e-4;
const SEARCH_STEPS = 24;
/** The share of messages, the quickest, that tell how much quicker one could still be. */
const QUICK_SHARE = 0.25;

/**
 * The wall clock as seen from here. A message takes its time in both directions, so each sample says
 * that the other clock is ahead by at least `replied − arrived` and at most `received − sent`. The
 * estimate is the pair of parallel lines that keeps furthest apart between all these bounds: its slope is the
 * drift, its middle the offset. A slow message widens only its own bounds and changes nothing.
 *
 * A way that always takes longer in one direction than back cannot be seen; half of the difference stays.
 */
export class WallClock {
  #samples: ClockSample[] = [];
  #fit: Fit | undefined;

  /** Takes a sample; samples from before a step of either clock contradict it and are forgotten. */
  add(sample: ClockSample): void {
    this.#samples = this.#samples.filter(({ arrived }) => sample.arrived - arrived < WINDOW_MS);
    this.#samples.push(sample);
    let fit = fitOf(this.#samples, this.#fit?.noise ?? 1);
    while (fit.gap < 0 && this.#samples.length > 1) {
      this.#samples.splice(0, Math.ceil(this.#samples.length / 8));
      fit = fitOf(this.#samples, 1);
    }
    this.#fit = fit;
  }

  /** Samples that the estimate rests on. */
  get size(): number {
    return this.#samples.length;
  }

  /** The wall clock at a time of `performance.now()`, in ms; undefined before the first sample. */
  at(local: number): number | undefined {
    if (!this.#fit) return;
    const { middle, offset, drift } = this.#fit;
    return local + offset + drift * (local - middle);
  }

  /** What a message takes there and back at least, in ms. */
  get roundTrip(): number | undefined {
    return this.#fit?.gap;
  }

  /** How far the estimate may be off, constant asymmetry aside, in ms. */
  get error(): number | undefined {
    return this.#fit?.error;
  }
}

interface Fit {
  /** Own time at which `offset` holds. */
  middle: number;
  offset: number;
  drift: number;
  /** What a round trip takes at least; below 0 the samples contradict each other. */
  gap: number;
  /** How far the offset may be off in the middle of the samples, and after the last. */
  noise: number;
  error: number;
}

/** @param before noise of the fit before: the less sure, the less a drift is read into the samples */
function fitOf(samples: readonly ClockSample[], before: number): Fit {
  const middle = samples.reduce((sum, { sent }) => sum + sent, 0) / samples.length;
  const distrust = before / (2 * USUAL_DRIFT ** 2);
  const worth = (drift: number) => boundsAt(samples, middle, drift).gap - distrust * drift ** 2;
  let [low, high] = [-GREATEST_DRIFT, GREATEST_DRIFT];
  for (let step = 0; step < SEARCH_STEPS; step++) {
    const third = (high - low) / 3;
    if (worth(low + third) < worth(high - third)) low += third;
    else high -= third;
  }
  const drift = (low + high) / 2;
  const { most, least, gap } = boundsAt(samples, middle, drift);
  const noise = noiseOf(samples, middle, drift, gap);
  const error = noise + driftErrorOf(samples, middle, noise);
  return { middle, offset: (most + least) / 2, drift, gap, noise, error };
}

/**
 * What the drift may be off by makes up from the middle of the samples to the last: less, the longer they
 * have been taken.
 */
function driftErrorOf(samples: readonly ClockSample[], middle: number, noise: number): number {
  const reach = samples.at(-1)!.sent - middle;
  const spread = Math.sqrt(samples.reduce((sum, { sent }) => sum + (sent - middle) ** 2, 0) / samples.length);
  return reach * Math.min(noise / spread, USUAL_DRIFT);
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
 * The quickest messages of each direction lie apart by about as much as the quickest is slower than a perfect
 * one. A good many are asked: two or three may lie together by chance, and a page that waits for that will
 * see it.
 */
function noiseOf(samples: readonly ClockSample[], middle: number, drift: number, gap: number): number {
  if (samples.length < 3) return gap / 2;
  const there = samples.map(({ sent, received }) => received - sent - drift * (sent - middle));
  const back = samples.map(({ replied, arrived }) => arrived - replied + drift * (arrived - middle));
  return (excess(there) + excess(back)) / 2;
}

function excess(delays: number[]): number {
  delays.sort((a, b) => a - b);
  const count = Math.max(Math.ceil(delays.length * QUICK_SHARE), 2);
  return (delays[count]! - delays[0]!) / count;
}
