import { riseGainAt } from "../../light/emphasis.ts";
import type { Span } from "../../light/light-map.ts";
import { cellsOf, Powers, ROW_MS, type WeightedBand } from "../../light/powers.ts";
import { loudOf, NEAR_MS, spanAt } from "../../light/spans.ts";

/** Rows kept: as many as lie around a moment of a song that is known. */
const ROWS_MAX = (2 * NEAR_MS) / ROW_MS;
/** How fast what was loud is forgotten, dB a second. */
const FORGET_DB_PER_S = 0.1;

/** What is dark and what is bright in sound whose future is not known, by its last seconds. */
export class LiveSpans {
  #rows: Uint8Array[] = [];
  #bands: readonly WeightedBand[] = [];
  /** By band, what was loud; dB. */
  #loud: (number | undefined)[] = [];
  #at = 0;

  /**
   * Takes the next spectrum, {@link ROW_MS} after the one before.
   * @param spectrum dB per bin
   * @param rate of the sound, Hz
   */
  add(spectrum: Float32Array, rate: number): void {
    this.#rows.push(cellsOf(spectrum, rate));
    if (this.#rows.length > ROWS_MAX) this.#rows.shift();
  }

  /**
   * The span of each band.
   * @param now ms
   * @param energy with which spans are made, see `spanEnergy`
   */
  at(now: number, bands: readonly WeightedBand[], energy = 1): Span[] {
    if (bands !== this.#bands) this.#loud = [];
    this.#bands = bands;
    const forgotten = (FORGET_DB_PER_S * Math.max(now - this.#at, 0)) / 1_000;
    this.#at = now;
    const powers = new Powers();
    for (const row of this.#rows) powers.add(row);
    return bands.map((band, n) => {
      const near = powers.of(band, 0, powers.durationMs, () => energy * riseGainAt(undefined));
      const before = this.#loud[n] === undefined ? Number.NEGATIVE_INFINITY : this.#loud[n] - forgotten;
      const loud = Math.max(loudOf(near) ?? Number.NEGATIVE_INFINITY, before);
      this.#loud[n] = loud;
      return spanAt(near, loud);
    });
  }

  clear(): void {
    this.#rows = [];
    this.#loud = [];
  }
}
