import type { Bins } from "../light/band.ts";
import { colourOf, type Palette } from "../light/colour.ts";
import { byteLevel, powerLevel } from "../light/level.ts";
import { Glide } from "./glide.ts";
import { Smooth } from "./smooth.ts";
import { Timeline } from "./timeline.ts";

const DARK = "rgb(0 0 0)";
const FLASH = "rgb(255 255 255)";

export interface ScreenSource {
  /** What is heard now, in dB per bin, and its media time in ms. */
  hear(): { spectrum: Float32Array; media: number };
  /** Media time to be painted at `now`, in ms; undefined while that is not known. `newest` is the newest there is. */
  due(now: number, newest: number): number | undefined;
  /** Light or dark, while all screens pulse by the clock. */
  flash(now: number): boolean | undefined;
  /** Music of any pitch is heard, for the first time since the screen was lit. */
  onSound(): void;
  /** The first colour of music is painted, once in the page's life. */
  onFirstLight(): void;
}

/** The canvas and its frame loop: spectrum → band → level, kept by media time; the level that is due → colour. */
export class Screen {
  readonly #pixel: CanvasRenderingContext2D;
  readonly #source: ScreenSource;
  readonly #levels = new Timeline();
  readonly #smooth = new Smooth();
  readonly #glide = new Glide();
  #bins!: Bins;
  #palette!: Palette;
  #frame = 0;
  #lit = false;
  #painted = "";
  #heard = false;
  #firstLight = false;

  /** @param canvas one pixel, which the compositor stretches over the screen: nothing to resize or fill */
  constructor(canvas: HTMLCanvasElement, source: ScreenSource) {
    this.#pixel = canvas.getContext("2d", { alpha: false })!;
    this.#source = source;
  }

  show(bins: Bins, palette: Palette): void {
    const same = bins.first === this.#bins?.first && bins.end === this.#bins.end;
    // Levels of another band, or of another measure, are of no use any more.
    if (!same || palette.shows !== this.#palette.shows) this.#forget();
    this.#bins = bins;
    this.#palette = palette;
  }

  /** Follows the music from the next frame on. */
  light(): void {
    this.#lit = true;
    this.#run();
  }

  /** Black, until lit again. */
  darken(): void {
    this.#lit = false;
    this.#heard = false;
    this.#forget();
    this.#paint(DARK);
  }

  /** Paints the pulses of a flash test from the next frame on, lit or not. */
  flash(): void {
    this.#run();
  }

  #run(): void {
    if (!this.#frame) this.#frame = requestAnimationFrame(this.#tick);
  }

  readonly #tick = (now: number): void => {
    this.#frame = 0;
    const level = this.#lit ? this.#follow(now) : 0;
    const flash = this.#source.flash(now);
    if (flash !== undefined) this.#paint(flash ? FLASH : DARK);
    else this.#paint(this.#lit ? colourOf(this.#palette, level) : DARK);
    if (this.#lit || flash !== undefined) this.#run();
  };

  /** Keeps the level that is heard, and returns the one that is due. */
  #follow(now: number): number {
    const { spectrum, media } = this.#source.hear();
    const bytes = this.#palette.shows === "bytes";
    this.#levels.add(media, bytes ? byteLevel(spectrum, this.#bins) : powerLevel(spectrum, this.#bins));
    const newest = this.#levels.newest!;
    const due = this.#glide.next(this.#source.due(now, newest) ?? newest, now);
    const painted = Math.min(due, newest);
    const level = bytes ? this.#levels.at(painted) : this.#smooth.at(this.#levels, painted);
    if (!this.#heard) this.#listen(spectrum);
    if (!this.#firstLight && level > 0) {
      this.#firstLight = true;
      this.#source.onFirstLight();
    }
    return level;
  }

  #listen(spectrum: Float32Array): void {
    this.#heard = powerLevel(spectrum, { first: 0, end: spectrum.length }) > 0;
    if (this.#heard) this.#source.onSound();
  }

  #forget(): void {
    this.#levels.clear();
    this.#smooth.reset();
    this.#glide.reset();
  }

  #paint(colour: string): void {
    if (colour === this.#painted) return;
    this.#painted = colour;
    this.#pixel.fillStyle = colour;
    this.#pixel.fillRect(0, 0, 1, 1);
  }
}
