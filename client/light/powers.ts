import { SPAN_FROM_DB, SPAN_STEP_DB } from "#protocol/light-map.ts";
import { type Band, type Bins, binsOf, fftSizeFor } from "./band.ts";
import { Emphasis } from "./emphasis.ts";
import { bandDb } from "./level.ts";
import { Rows } from "./rows.ts";

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

/** The bins of each cell in the spectra of late: most often all are of one rate and length. */
let cellBins: { rate: number; length: number; bins: Bins[] } = { rate: 0, length: 0, bins: [] };

function binsOfCells(rate: number, length: number): typeof cellBins {
  const bins = Array.from({ length: CELLS }, (_, n) => {
    // The centres of its bins, and half a bin to either side of none.
    const cell = { low: (EDGES[n]! - 0.5) * BIN_HZ, high: (EDGES[n + 1]! - 0.5) * BIN_HZ };
    return binsOf(cell, rate, 2 * length);
  });
  return { rate, length, bins };
}

/**
 * The power of each cell of a spectrum, as bytes in steps of half a dB.
 * @param spectrum dB per bin
 * @param rate of the sound, Hz
 */
export function cellsOf(spectrum: Float32Array, rate: number): Uint8Array {
  const cells = new Uint8Array(CELLS);
  if (cellBins.rate !== rate || cellBins.length !== spectrum.length)
    cellBins = binsOfCells(rate, spectrum.length);
  for (let n = 0; n < CELLS; n++) {
    const db = bandDb(spectrum, cellBins.bins[n]!);
    cells[n] = Math.min(Math.max(Math.round((db - SPAN_FROM_DB) / SPAN_STEP_DB), 0), 255);
  }
  return cells;
}

/**
 * How loud a song is, by frequency and time: a row of cells every {@link ROW_MS}. Two hours take some 20 MB.
 */
export class Powers {
  readonly #rows = new Rows(CELLS, (length) => new Uint8Array(length));

  /** Adds the next rows, one after the other. */
  add(rows: Uint8Array): void {
    for (let at = 0; at < rows.length; at += CELLS) this.#rows.add().set(rows.subarray(at, at + CELLS));
  }

  /** The cells of a row, by its number from the song's beginning. */
  row(number: number): Uint8Array {
    return this.#rows.at(number);
  }

  /** Time that is covered, ms. */
  get durationMs(): number {
    return this.#rows.length * ROW_MS;
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
    const end = Math.min(Math.ceil(to / ROW_MS), this.#rows.length);
    const emphasis = new Emphasis();
    // No callback for each row: its numbers would be garbage, of which an analysis makes tens of megabytes.
    const powers = new Float32Array(Math.max(end - first, 0));
    for (let n = 0; n < powers.length; n++) {
      const row = first + n;
      const block = this.#rows.blockOf(row);
      const from = this.#rows.offsetOf(row);
      let power = 0;
      for (const { cell, factor } of band.parts) power += factor * POWERS[block[from + cell]!]!;
      powers[n] = emphasis.next(10 * Math.log10(power), ROW_MS, riseGainAt(row * ROW_MS));
    }
    return powers;
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
