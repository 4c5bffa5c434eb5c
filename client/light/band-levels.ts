import { type Bins, binsOf } from "./band.ts";
import { type Between, Labels } from "./labels.ts";
import { bandPower, follow, type Measure, powerLevel } from "./level.ts";

/** Bands, spread evenly to the ear over what music has. */
const BANDS = 32;
const LOWEST_HZ = 31.25;
const OCTAVES = 9;
/** Beside the bands each row keeps the level of the whole spectrum. */
const WIDTH = BANDS + 1;

/** What counts as dark and as fully lit in one of so many bands, in dB relative to a full-scale sine. */
const DARK_DB = -58;
const BRIGHT_DB = -18;

/**
 * Steps of media time in which levels are smoothed, so that every screen takes the same, whatever its frame
 * rate, ms.
 */
const STEP_MS = 5;
const STEPS = 256;
/** How far back {@link BandLevels.level} reaches, ms. */
export const REACH_MS = 1_200;
/** A longer way is not walked, but begun anew, ms. */
const LONGEST_MS = 500;

/** The levels of all bands by media time, as it was heard in the last second: what a scene is made of. */
export class BandLevels {
  readonly #bins: readonly Bins[];
  readonly #labels = new Labels();
  /** Rows as they are heard. */
  readonly #heard = new Float32Array(Labels.SIZE * WIDTH);
  readonly #smooth = new Float32Array(STEPS * WIDTH);
  #step = Number.NEGATIVE_INFINITY;
  #media = 0;

  constructor(sampleRate: number, fftSize: number) {
    this.#bins = Array.from({ length: BANDS }, (_, n) =>
      binsOf({ low: edge(n), high: edge(n + 1) }, sampleRate, fftSize),
    );
  }

  /**
   * Keeps what is heard. A spectrum that is not newer than the newest says nothing new and is left out.
   * @param spectrum dB per bin
   * @param media its media time, ms
   * @param measure how loud sounds count
   */
  add(spectrum: Float32Array, media: number, measure: Measure): void {
    const place = this.#labels.add(media);
    if (place === undefined) return;
    const row = place * WIDTH;
    for (let band = 0; band < BANDS; band++) {
      this.#heard[row + band] = levelOf(
        bandPower(spectrum, this.#bins[band]!, measure.weights),
        measure.gainDb,
      );
    }
    this.#heard[row + BANDS] = powerLevel(spectrum, { first: 0, end: spectrum.length }, measure);
  }

  /** All labels after this one were too low by so much, ms. */
  move(after: number, by: number): void {
    this.#labels.move(after, by);
  }

  /** Goes to the media time that is to be painted, ms. */
  seek(media: number): void {
    this.#media = media;
    const step = Math.floor(media / STEP_MS);
    if (!(step - this.#step < LONGEST_MS / STEP_MS) || step < this.#step) {
      this.#smooth.fill(0);
      this.#step = step - 1;
    }
    while (this.#step < step) this.#walk();
  }

  /**
   * The level of a part of the spectrum, 0..1.
   * @param band 0 for the lowest to 1 for the highest
   * @param ago how long before what is painted, 0..{@link REACH_MS} ms
   */
  level(band: number, ago: number): number {
    const place = Math.min(Math.max(band * BANDS - 0.5, 0), BANDS - 1);
    const low = Math.floor(place);
    return this.#between(low, Math.min(low + 1, BANDS - 1), place - low, ago);
  }

  /** The level of the whole spectrum, 0..1. */
  whole(ago: number): number {
    return this.#between(BANDS, BANDS, 0, ago);
  }

  clear(): void {
    this.#labels.clear();
    this.#step = Number.NEGATIVE_INFINITY;
  }

  /** One step behind, so that both neighbours of every time are there. */
  #between(low: number, high: number, share: number, ago: number): number {
    const time = this.#media / STEP_MS - 1 - Math.min(Math.max(ago, 0), REACH_MS) / STEP_MS;
    const step = Math.floor(time);
    const [from, to] = [rowOf(step), rowOf(step + 1)];
    const before = mix(this.#smooth[from + low]!, this.#smooth[from + high]!, share);
    const after = mix(this.#smooth[to + low]!, this.#smooth[to + high]!, share);
    return mix(before, after, time - step);
  }

  #walk(): void {
    const before = rowOf(this.#step);
    this.#step += 1;
    const row = rowOf(this.#step);
    const between = this.#labels.around(this.#step * STEP_MS);
    for (let band = 0; band < WIDTH; band++) {
      const level = between ? this.#heardAt(between, band) : 0;
      this.#smooth[row + band] = follow(this.#smooth[before + band]!, level, STEP_MS / 1_000);
    }
  }

  #heardAt({ earlier, later, share }: Between, band: number): number {
    return mix(this.#heard[earlier * WIDTH + band]!, this.#heard[later * WIDTH + band]!, share);
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
