import type { BandHz } from "./wall.ts";

/** Number of the narrow bands of every light map. Each spans the same musical interval. */
export const NARROW_BANDS = 32;
/** Where the lowest narrow band begins, Hz. */
export const NARROW_FROM_HZ = 31.25;
/** How many octaves all narrow bands span together. */
export const NARROW_OCTAVES = 9;
/** Most further bands that a light map may have. */
export const BANDS_MAX = 64;
/** Most marks of one light map. */
export const MARKS_MAX = 16;
/** Most beats of one light map. */
export const BEATS_MAX = 64;
/** Beats of a bar. */
export const BAR_BEATS = 4;
/** Longest time that the marks of one light map cover, ms. */
export const MAP_MAX_MS = 20_000;

/** What the byte 0 of a mark means, dB relative to a full-scale sine. */
export const SPAN_FROM_DB = -110;
/** What one step of a byte of a mark means, dB. */
export const SPAN_STEP_DB = 0.5;

/** What is dark and what is bright at one moment. */
export interface LightMark {
  /** Media time since the map begins, ms. */
  after: number;
  /**
   * For each band a byte for the power that is dark, then a byte for the power that is fully lit; base64.
   * The bands are the narrow ones from the lowest up, the whole spectrum, then {@link LightMap.bands}.
   */
  spans: string;
}

/** A beat of the song. */
export interface LightBeat {
  /** Media time since the map begins, ms. */
  after: number;
  /** Which of its bar it is, 0…3. */
  inBar: number;
}

/**
 * What is dark and what is bright in the song, by band and media time, and its beats. Between two marks it is
 * interpolated; before the first and after the last the nearest holds. A map counts from its beginning on, in
 * place of the ones that were sent before it.
 */
export interface LightMap {
  /** RTP time at which it begins, as the receiving page counts it. */
  from: number;
  /** The bands that it has besides the narrow ones and the whole. */
  bands: BandHz[];
  /** In the order of their times. */
  marks: LightMark[];
  /** Those that are known, in the order of their times; none where there is no rhythm or nothing is known. */
  beats: LightBeat[];
}

/** Bytes of one mark of a map with this many further bands. */
export function bytesOfMark(bands: number): number {
  return 2 * (NARROW_BANDS + 1 + bands);
}
