import { GAIN_MAX_DB, GAIN_MIN_DB } from "#protocol/wall.ts";

/** How much of the song the gain is computed from, s. */
const WINDOW_S = 20;
/** The window is divided into this many pieces; each piece counts with its loudest moment. */
const PIECES = 200;
/** Share of the pieces that may exceed full brightness. */
const SHARE_ABOVE = 0.05;
/** The gain does not change before this much of the song was measured, s. */
const WINDOW_MIN_S = 2;
/** Quieter pieces are pauses and are ignored, dB. */
const PAUSE_DB = -75;
/** How fast the gain rises: too slowly to be seen. */
const UP_DB_PER_S = 1;
/** How fast the gain falls: faster, because too much light hides all detail. */
const DOWN_DB_PER_S = 4;

/** Measures by how much levels must be raised, so that the loudest moments of a song light fully. */
export class AutoGain {
  readonly #bright: number;
  readonly #pieces: number[] = [];
  /** The loudest moment of the current piece, dB. */
  #piece = Number.NEGATIVE_INFINITY;
  #pieceBegan: number | undefined;
  #at: number | undefined;
  #gain: number;

  /**
   * @param bright loudness that lights fully without gain, dB
   * @param start the gain to begin with, dB
   */
  constructor(bright: number, start = 0) {
    this.#bright = bright;
    this.#gain = start;
  }

  /** The gain now, dB. */
  get gainDb(): number {
    return this.#gain;
  }

  /**
   * Adds a measurement.
   * @param loudness of the whole spectrum, dB
   * @param at time of the measurement, s
   */
  add(loudness: number, at: number): void {
    const elapsed = Math.min(Math.max(at - (this.#at ?? at), 0), 1);
    this.#at = at;
    this.#pieceBegan ??= at;
    this.#piece = Math.max(this.#piece, loudness);
    if (Math.abs(at - this.#pieceBegan) >= WINDOW_S / PIECES) this.#endPiece(at);
    if (loudness < PAUSE_DB || this.#pieces.length < (WINDOW_MIN_S / WINDOW_S) * PIECES) return;
    const away = this.#target() - this.#gain;
    this.#gain += Math.min(Math.max(away, -DOWN_DB_PER_S * elapsed), UP_DB_PER_S * elapsed);
  }

  #endPiece(at: number): void {
    if (this.#piece >= PAUSE_DB) this.#pieces.push(this.#piece);
    if (this.#pieces.length > PIECES) this.#pieces.shift();
    this.#piece = Number.NEGATIVE_INFINITY;
    this.#pieceBegan = at;
  }

  #target(): number {
    const sorted = [...this.#pieces].sort((a, b) => b - a);
    const loud = sorted[Math.floor(sorted.length * SHARE_ABOVE)]!;
    return Math.min(Math.max(this.#bright - loud, GAIN_MIN_DB), GAIN_MAX_DB);
  }
}
