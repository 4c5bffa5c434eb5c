import { type Bins, binsOf } from "./band.ts";
import { Emphasis } from "./emphasis.ts";
import { type Between, Labels } from "./labels.ts";
import { bandDb, emphasisOf, Follower, fallMsOf, riseMsOf } from "./level.ts";
import { levelIn, MAP_BANDS, type Spans } from "./light-map.ts";
import { gridStep, gridTime } from "./timeline.ts";

/** Each row of levels has the bands of the light map: the narrow ones, and then the whole spectrum. */
const WIDTH = MAP_BANDS.length;
/** Number of the narrow bands. */
const BANDS = WIDTH - 1;
const FALL_MS = MAP_BANDS.map((band) => fallMsOf(band));

/** Time between two rows: that of the song's grid, ms. */
const STEP_MS = gridTime(1) - gridTime(0);
/** Number of smoothed rows in the ring. */
const STEPS = 256;
/** How far back in time {@link BandLevels.level} can look, ms. */
export const REACH_MS = 1_200;
/**
 * After a longer gap smoothing starts again, ms, with what was heard in so long a time before: a screen that
 * paints less than two frames a second shows the levels that others show.
 */
const LONGEST_MS = 500;

/** The levels of all bands during the last second, by media time. Looks are drawn from them. */
export class BandLevels {
  readonly #bins: readonly Bins[];
  readonly #labels = new Labels();
  /** Rows as measured, dB, by index in {@link Labels}. */
  readonly #measured = new Float32Array(Labels.SIZE * WIDTH);
  readonly #emphases = MAP_BANDS.map(() => new Emphasis());
  readonly #followers = MAP_BANDS.map(() => new Follower());
  /** Smoothed rows of levels, one a step. */
  readonly #smooth = new Float32Array(STEPS * WIDTH);
  #step = Number.NEGATIVE_INFINITY;
  /** What is painted, in steps of the grid. */
  #position = 0;

  constructor(sampleRate: number, fftSize: number) {
    this.#bins = MAP_BANDS.map((band) => binsOf(band, sampleRate, fftSize));
  }

  /**
   * Adds a spectrum. Leaves it out if its media time is not newer than the newest.
   * @param spectrum dB per bin
   * @param media its media time, ms
   * @param weights factor for the power of each bin
   */
  add(spectrum: Float32Array, media: number, weights?: Float32Array): void {
    const index = this.#labels.add(media);
    if (index === undefined) return;
    const row = index * WIDTH;
    for (let band = 0; band < WIDTH; band++)
      this.#measured[row + band] = bandDb(spectrum, this.#bins[band]!, weights);
  }

  /**
   * Moves to the media time to paint, ms. {@link level} and {@link whole} then refer to it.
   * @param spans how powers become levels
   * @param energy of the wall, see `Show`
   */
  seek(media: number, spans: Spans, energy = 1): void {
    const { step, share } = gridStep(media);
    this.#position = step + share;
    if (!(step - this.#step < LONGEST_MS / STEP_MS) || step < this.#step) {
      this.#smooth.fill(0);
      for (const emphasis of this.#emphases) emphasis.reset();
      for (const follower of this.#followers) follower.reset();
      this.#step = step - LONGEST_MS / STEP_MS - 1;
    }
    while (this.#step < step) this.#advance(spans, energy);
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
    const time = this.#position - 1 - Math.min(Math.max(ago, 0), REACH_MS) / STEP_MS;
    const step = Math.floor(time);
    const [from, to] = [rowOf(step), rowOf(step + 1)];
    const before = mix(this.#smooth[from + low]!, this.#smooth[from + high]!, share);
    const after = mix(this.#smooth[to + low]!, this.#smooth[to + high]!, share);
    return mix(before, after, time - step);
  }

  #advance(spans: Spans, energy: number): void {
    this.#step += 1;
    const row = rowOf(this.#step);
    const media = gridTime(this.#step);
    const between = this.#labels.around(media);
    const riseMs = riseMsOf(energy);
    const gain = emphasisOf(energy) * spans.riseGainAt(media);
    for (let n = 0; n < WIDTH; n++) {
      const span = spans.spanOf(MAP_BANDS[n]!, media);
      const level = between
        ? levelIn(span, this.#emphases[n]!.next(this.#measuredAt(between, n), STEP_MS, gain))
        : 0;
      this.#smooth[row + n] = this.#followers[n]!.next(level, STEP_MS, FALL_MS[n]! / energy, riseMs);
    }
  }

  #measuredAt({ earlier, later, share }: Between, band: number): number {
    return mix(this.#measured[earlier * WIDTH + band]!, this.#measured[later * WIDTH + band]!, share);
  }
}

function rowOf(step: number): number {
  return (((step % STEPS) + STEPS) % STEPS) * WIDTH;
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
