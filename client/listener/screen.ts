import type { Bins } from "../light/band.ts";
import { colourOf, type Palette } from "../light/colour.ts";
import { byteLevel, follow, powerLevel } from "../light/level.ts";

const DARK = "rgb(0 0 0)";

export interface ScreenSource {
  /** What is heard now, in dB per bin. */
  spectrum(): Float32Array;
  /** Music of any pitch is heard, for the first time since the screen was lit. */
  onSound(): void;
  /** The first colour of music is painted, once in the page's life. */
  onFirstLight(): void;
}

/** The canvas and its frame loop: spectrum → band → level → colour, once a frame. */
export class Screen {
  readonly #pixel: CanvasRenderingContext2D;
  readonly #source: ScreenSource;
  #bins!: Bins;
  #palette!: Palette;
  #frame = 0;
  #last = 0;
  #shown = 0;
  #painted = "";
  #heard = false;
  #firstLight = false;

  /** @param canvas one pixel, which the compositor stretches over the screen: nothing to resize or fill */
  constructor(canvas: HTMLCanvasElement, source: ScreenSource) {
    this.#pixel = canvas.getContext("2d", { alpha: false })!;
    this.#source = source;
  }

  show(bins: Bins, palette: Palette): void {
    this.#bins = bins;
    this.#palette = palette;
  }

  /** Follows the music from the next frame on. */
  light(): void {
    if (this.#frame) return;
    this.#last = performance.now();
    this.#frame = requestAnimationFrame(this.#tick);
  }

  /** Black, until lit again. */
  darken(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#shown = 0;
    this.#heard = false;
    this.#paint(DARK);
  }

  readonly #tick = (now: number): void => {
    this.#frame = requestAnimationFrame(this.#tick);
    const spectrum = this.#source.spectrum();
    if (this.#palette.shows === "bytes") {
      this.#shown = byteLevel(spectrum, this.#bins);
    } else {
      this.#shown = follow(this.#shown, powerLevel(spectrum, this.#bins), (now - this.#last) / 1000);
    }
    this.#last = now;
    this.#paint(colourOf(this.#palette, this.#shown));
    if (!this.#heard) this.#listen(spectrum);
  };

  #listen(spectrum: Float32Array): void {
    this.#heard = powerLevel(spectrum, { first: 0, end: spectrum.length }) > 0;
    if (this.#heard) this.#source.onSound();
  }

  #paint(colour: string): void {
    if (!this.#firstLight && this.#shown > 0) {
      this.#firstLight = true;
      this.#source.onFirstLight();
    }
    if (colour === this.#painted) return;
    this.#painted = colour;
    this.#pixel.fillStyle = colour;
    this.#pixel.fillRect(0, 0, 1, 1);
  }
}
