import { GAIN_MAX_DB, GAIN_MIN_DB } from "#protocol/wall.ts";

/** What is looked at: the last so many seconds, in so many pieces. */
const WINDOW_S = 20;
const PIECES = 200;
/** The share of pieces that may be brighter than bright. */
const ABOVE = 0.05;
/** With less than this heard, nothing is known of a song yet, s. */
const FEWEST_S = 2;
/** Quieter than this is a pause, and says nothing of the song, dB. */
const PAUSE_DB = -75;
/** Up at a pace that no eye sees; down sooner, as too much light hides everything; dB a second. */
const UP = 1;
const DOWN = 4;

/**
 * How much levels must be raised for a song to fill the range from dark to bright: slowly, by its loudest
 * moments.
 */
export class AutoGain {
  readonly #bright: number;
  readonly #pieces: number[] = [];
  /** The loudest of the piece that is being heard. */
  #piece = Number.NEGATIVE_INFINITY;
  #pieceBegan: number | undefined;
  #at: number | undefined;
  #gain: number;

  /**
   * @param bright what lights fully without gain, dB
   * @param start the gain to go on from, dB
   */
  constructor(bright: number, start = 0) {
    this.#bright = bright;
    this.#gain = start;
  }

  /** What the gain is now, dB. */
  get gainDb(): number {
    return this.#gain;
  }

  /**
   * Takes what is heard.
   * @param loudness of all that is heard, dB
   * @param at its time, s
   */
  add(loudness: number, at: number): void {
    const elapsed = Math.min(Math.max(at - (this.#at ?? at), 0), 1);
    this.#at = at;
    this.#pieceBegan ??= at;
    this.#piece = Math.max(this.#piece, loudness);
    if (Math.abs(at - this.#pieceBegan) >= WINDOW_S / PIECES) this.#endPiece(at);
    if (loudness < PAUSE_DB || this.#pieces.length < (FEWEST_S / WINDOW_S) * PIECES) return;
    const away = this.#wanted() - this.#gain;
    this.#gain += Math.min(Math.max(away, -DOWN * elapsed), UP * elapsed);
  }

  #endPiece(at: number): void {
    if (this.#piece >= PAUSE_DB) this.#pieces.push(this.#piece);
    if (this.#pieces.length > PIECES) this.#pieces.shift();
    this.#piece = Number.NEGATIVE_INFINITY;
    this.#pieceBegan = at;
  }

  #wanted(): number {
    const sorted = this.#pieces.toSorted((a, b) => b - a);
    const loud = sorted[Math.floor(sorted.length * ABOVE)]!;
    return Math.min(Math.max(this.#bright - loud, GAIN_MIN_DB), GAIN_MAX_DB);
  }
}
