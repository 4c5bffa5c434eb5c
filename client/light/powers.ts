import { SPAN_FROM_DB, SPAN_STEP_DB } from "#protocol/light-map.ts";
import { type Band, binsOf, fftSizeFor } from "./band.ts";
import { Emphasis } from "./emphasis.ts";
import { bandDb } from "./level.ts";

/** Sample rate of the spectra that screens see, Hz. */
const RATE_HZ = 48_000;
/** Width of a bin of these spectra, Hz. */
const BIN_HZ = RATE_HZ / fftSizeFor(RATE_HZ);
/** Bins that have a cell each: the bands of low notes are only a few of them wide. */
const SINGLE_BINS = 24;
/** Cells in an octave above these: each is narrower than two semitones. */
const CELLS_PER_OCTAVE = 7;

/** The first bin of each cell, and at last the end. Bin 0 is direct current. */
const EDGES = edges();
/** Number of cells that a spectrum is divided into. */
export const CELLS = EDGES.length - 1;

/** Time between two rows of {@link Powers}, ms. */
export const ROW_MS = 20;

/** The power that each byte stands for, relative to a full-scale sine. */
const POWERS = Float64Array.from(
  { length: 256 },
  (_, byte) => 10 ** ((SPAN_FROM_DB + SPAN_STEP_DB * byte) / 10),
);

/** The power that a cell's byte stands for, relative to a full-scale sine. */
export function powerOf(byte: number): number {
  return POWERS[byte]!;
}

/** How many cells lie below a frequency in Hz. */
export function cellsBelow(hertz: number): number {
  return EDGES.filter((bin) => bin * BIN_HZ < hertz).length;
}

/**
 * The power of each cell of a spectrum, as bytes in steps of half a dB.
 * @param spectrum dB per bin
 * @param rate of the sound, Hz
 */
export function cellsOf(spectrum: Float32Array, rate: number): Uint8Array {
  return Uint8Array.from({ length: CELLS }, (_, n) => {
    // The centres of its bins, and half a bin to either side of none.
    const cell = { low: (EDGES[n]! - 0.5) * BIN_HZ, high: (EDGES[n + 1]! - 0.5) * BIN_HZ };
    const db = bandDb(spectrum, binsOf(cell, rate, 2 * spectrum.length));
    return Math.min(Math.max(Math.round((db - SPAN_FROM_DB) / SPAN_STEP_DB), 0), 255);
  });
}

/** By how much memory grows that is full: little, as that of a song of two hours is large. */
const GROWTH = 1.25;

/**
 * How loud a song is, by frequency and time: a row of cells every {@link ROW_MS}. Two hours take some 20 MB.
 */
export class Powers {
  #rows = new Uint8Array(CELLS * 1_024);
  #length = 0;

  /** Adds the next rows, one after the other. */
  add(rows: Uint8Array): void {
    const used = this.#length * CELLS;
    if (used + rows.length > this.#rows.length) {
      const larger = new Uint8Array(Math.ceil(GROWTH * (used + rows.length)));
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows.set(rows, used);
    this.#length += rows.length / CELLS;
  }

  /** The cells of a row, by its number from the song's beginning. */
  row(number: number): Uint8Array {
    return this.#rows.subarray(number * CELLS, (number + 1) * CELLS);
  }

  /** Time that is covered, ms. */
  get durationMs(): number {
    return this.#length * ROW_MS;
  }

  /**
   * The power of a band in all that is covered between two times, dB relative to a full-scale sine, with the
   * emphasis that light gives to beginnings.
   * @param from ms
   * @param to ms
   * @param riseGainAt how much a rise at a time in ms is enlarged
   */
  of(band: WeightedBand, from: number, to: number, riseGainAt: (ms: number) => number): Float32Array {
    const first = Math.max(Math.floor(from / ROW_MS), 0);
    const end = Math.min(Math.ceil(to / ROW_MS), this.#length);
    const emphasis = new Emphasis();
    return Float32Array.from({ length: Math.max(end - first, 0) }, (_, n) => {
      const row = (first + n) * CELLS;
      let power = 0;
      for (const { cell, factor } of band.parts) power += factor * POWERS[this.#rows[row + cell]!]!;
      return emphasis.next(10 * Math.log10(power), ROW_MS, riseGainAt((first + n) * ROW_MS));
    });
  }
}

/** A band as cells. */
export class WeightedBand {
  /** The cells that it shares bins with, and the share of each times the weight of its frequency. */
  readonly parts: readonly { readonly cell: number; readonly factor: number }[];

  /** @param weightOf factor for the power at a frequency in Hz */
  constructor(band: Band, weightOf: (hertz: number) => number) {
    const { first, end } = binsOf(band, RATE_HZ, fftSizeFor(RATE_HZ));
    this.parts = Array.from({ length: CELLS }, (_, cell) => {
      const [low, high] = [EDGES[cell]!, EDGES[cell + 1]!];
      const share = Math.max(Math.min(high, end) - Math.max(low, first), 0) / (high - low);
      return { cell, factor: share > 0 ? share * weightOf(((low + high - 1) / 2) * BIN_HZ) : 0 };
    }).filter(({ factor }) => factor > 0);
  }
}

function edges(): number[] {
  const found = Array.from({ length: SINGLE_BINS }, (_, n) => n + 1);
  const end = fftSizeFor(RATE_HZ) / 2;
  for (let n = 0; ; n++) {
    const edge = Math.round((SINGLE_BINS + 1) * 2 ** (n / CELLS_PER_OCTAVE));
    if (edge >= end) return [...found, end];
    found.push(edge);
  }
}
