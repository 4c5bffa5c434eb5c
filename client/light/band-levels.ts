import { type Bins, binsOf } from "./band.ts";
import { type Between, Labels } from "./labels.ts";
import { bandPower, follow, type Measure, powerLevel } from "./level.ts";

/** Number of bands. Each spans the same musical interval. */
const BANDS = 32;
/** Where the lowest band begins, and how many octaves all bands span. */
const LOWEST_HZ = 31.25;
const OCTAVES = 9;
/** Each row of levels has all bands, and then the whole spectrum. */
const WIDTH = BANDS + 1;

/** A band at this power is dark, dB relative to a full-scale sine. */
const DARK_DB = -58;
/** A band at this power is fully lit, dB relative to a full-scale sine. */
const BRIGHT_DB = -18;

/** Levels are smoothed in steps of media time, so that the result does not depend on the frame rate, ms. */
const STEP_MS = 5;
/** Number of smoothed rows in the ring. */
const STEPS = 256;
/** How far back in time {@link BandLevels.level} can look, ms. */
export const REACH_MS = 1_200;
/** After a longer gap smoothing starts again, ms. */
const LONGEST_MS = 500;

/** The levels of all bands during the last second, by media time. Scenes are drawn from them. */
export class BandLevels {
  readonly #bins: readonly Bins[];
  readonly #labels = new Labels();
  /** Rows as measured, by index in {@link Labels}. */
  readonly #measured = new Float32Array(Labels.SIZE * WIDTH);
  /** Smoothed rows, one a step. */
  readonly #smooth = new Float32Array(STEPS * WIDTH);
  #step = Number.NEGATIVE_INFINITY;
  #media = 0;

  constructor(sampleRate: number, fftSize: number) {
    this.#bins = Array.from({ length: BANDS }, (_, n) =>
      binsOf({ low: edge(n), high: edge(n + 1) }, sampleRate, fftSize),
    );
  }

  /**
   * Adds a spectrum. Leaves it out if its media time is not newer than the newest.
   * @param spectrum dB per bin
   * @param media its media time, ms
   * @param measure how loud sounds count
   */
  add(spectrum: Float32Array, media: number, measure: Measure): void {
    const index = this.#labels.add(media);
    if (index === undefined) return;
    const row = index * WIDTH;
    for (let band = 0; band < BANDS; band++) {
      this.#measured[row + band] = levelOf(
        bandPower(spectrum, this.#bins[band]!, measure.weights),
        measure.gainDb,
      );
    }
    this.#measured[row + BANDS] = powerLevel(spectrum, { first: 0, end: spectrum.length }, measure);
  }

  /** Adds `by` to all media times after `after`, ms. */
  move(after: number, by: number): void {
    this.#labels.move(after, by);
  }

  /** Moves to the media time to paint, ms. {@link level} and {@link whole} then refer to it. */
  seek(media: number): void {
    this.#media = media;
    const step = Math.floor(media / STEP_MS);
    if (!(step - this.#step < LONGEST_MS / STEP_MS) || step < this.#step) {
      this.#smooth.fill(0);
      this.#step = step - 1;
    }
    while (this.#step < step) this.#advance();
  }

  /**
   * The level of a part of the spectrum, 0..1.
   * @param band 0 for the lowest to 1 for the highest
   * @param ago how long before the painted media time, 0..{@link REACH_MS} ms
   */
  level(band: number, ago: number): number {
    const position = Math.min(Math.max(band * BANDS - 0.5, 0), BANDS - 1);
    const low = Math.floor(position);
    return this.#between(low, Math.min(low + 1, BANDS - 1), position - low, ago);
  }

  /** The level of the whole spectrum, 0..1; `ago` as in {@link level}. */
  whole(ago: number): number {
    return this.#between(BANDS, BANDS, 0, ago);
  }

  clear(): void {
    this.#labels.clear();
    this.#step = Number.NEGATIVE_INFINITY;
  }

  /** Interpolates in band and time. Stays one step behind, so that both steps around a time exist. */
  #between(low: number, high: number, share: number, ago: number): number {
    const time = this.#media / STEP_MS - 1 - Math.min(Math.max(ago, 0), REACH_MS) / STEP_MS;
    const step = Math.floor(time);
    const [from, to] = [rowOf(step), rowOf(step + 1)];
    const before = mix(this.#smooth[from + low]!, this.#smooth[from + high]!, share);
    const after = mix(this.#smooth[to + low]!, this.#smooth[to + high]!, share);
    return mix(before, after, time - step);
  }

  #advance(): void {
    const before = rowOf(this.#step);
    this.#step += 1;
    const row = rowOf(this.#step);
    const between = this.#labels.around(this.#step * STEP_MS);
    for (let band = 0; band < WIDTH; band++) {
      const level = between ? this.#measuredAt(between, band) : 0;
      this.#smooth[row + band] = follow(this.#smooth[before + band]!, level, STEP_MS / 1_000);
    }
  }

  #measuredAt({ earlier, later, share }: Between, band: number): number {
    return mix(this.#measured[earlier * WIDTH + band]!, this.#measured[later * WIDTH + band]!, share);
  }
}

function edge(band: number): number {
  return LOWEST_HZ * 2 ** ((OCTAVES * band) / BANDS);
}

function levelOf(power: number, gainDb: number): number {
  if (!(power > 0)) return 0;
  const db = 10 * Math.log10(power) + gainDb;
  return Math.min(Math.max((db - DARK_DB) / (BRIGHT_DB - DARK_DB), 0), 1);
}

function rowOf(step: number): number {
  return (((step % STEPS) + STEPS) % STEPS) * WIDTH;
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
