import { FIRST_SHOW, type Safety } from "../../server/protocol/wall.ts";
import type { Bins } from "../light/band.ts";
import { colourOf, css, type Palette } from "../light/colour.ts";
import { FlashGuard, type Phase, phaseAt } from "../light/flash-guard.ts";
import { byteLevel, powerLevel } from "../light/level.ts";
import type { Rgb } from "../light/photometry.ts";
import { Glide } from "./glide.ts";
import { Smooth } from "./smooth.ts";
import { Timeline } from "./timeline.ts";

const DARK: Rgb = [0, 0, 0];
const FLASH: Rgb = [255, 255, 255];

export interface ScreenSource {
  /** What is heard now, in dB per bin, and its media time in ms. */
  hear(): { spectrum: Float32Array; media: number };
  /** Media time to be painted at `now`, in ms; undefined while that is not known. `newest` is the newest there is. */
  due(now: number, newest: number): number | undefined;
  /** The wall clock in ms; undefined before it is known. */
  wall(now: number): number | undefined;
  /** Light or dark, while all screens pulse by the clock. */
  flash(now: number): boolean | undefined;
  /** Music of any pitch is heard, for the first time since the screen was lit. */
  onSound(): void;
  /** The first colour of music is painted, once in the page's life. */
  onFirstLight(): void;
}

/** The canvas and its frame loop: spectrum → band → level, kept by media time; the level that is due → colour → flash guard. */
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
  #guard = new FlashGuard();
  #safety: Safety = FIRST_SHOW.safety;
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

  /** How flashes are limited from now on. */
  set safety(safety: Safety) {
    if (safety !== "off" && this.#safety === "off") this.#guard = new FlashGuard();
    this.#safety = safety;
  }

  /** Follows the music from the next frame on. */
  light(): void {
    this.#lit = true;
    this.#run();
  }

  /** Goes black, until lit again. */
  darken(): void {
    this.#lit = false;
    this.#heard = false;
    this.#forget();
    this.#run();
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
    // All screens pulse as one, once a second: their own budgets are enough, and the pulse keeps its time.
    if (flash !== undefined) this.#paint(this.#limited(flash ? FLASH : DARK, now));
    else this.#paint(this.#limited(this.#lit ? colourOf(this.#palette, level) : DARK, now, this.#phase(now)));
    if (this.#lit || flash !== undefined || this.#painted !== css(DARK)) this.#run();
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

  #limited(wanted: Rgb, now: number, phase?: Phase): Rgb {
    return this.#safety === "off" ? wanted : this.#guard.allow(wanted, now, phase);
  }

  /** What the wall allows now; nothing is said where each screen is on its own, and before the clock is known. */
  #phase(now: number): Phase | undefined {
    const wall = this.#safety === "wall" ? this.#source.wall(now) : undefined;
    return wall === undefined ? undefined : phaseAt(wall);
  }

  #paint(rgb: Rgb): void {
    const colour = css(rgb);
    if (colour === this.#painted) return;
    this.#painted = colour;
    this.#pixel.fillStyle = colour;
    this.#pixel.fillRect(0, 0, 1, 1);
  }
}
