import { FIRST_SHOW, type Hand, NO_HAND, type Pattern, type Safety } from "#protocol/wall.ts";
import type { Bins } from "../light/band.ts";
import { colourOf, css, type Palette } from "../light/colour.ts";
import { FlashGuard, type FlashPhase, phaseAt } from "../light/flash-guard.ts";
import { byteLevel, PLAIN, powerLevel } from "../light/level.ts";
import { Onsets } from "../light/onsets.ts";
import type { Rgb } from "../light/photometry.ts";
import { type Spot, spotOf } from "../wall/layout.ts";
import { hasBeats, lagOf, levelOf } from "../wall/patterns.ts";
import { Glide } from "./glide.ts";
import type { Look } from "./modes/look.ts";
import { Smooth } from "./smooth.ts";
import { Timeline } from "./timeline.ts";

const DARK: Rgb = [0, 0, 0];
const FLASH: Rgb = [255, 255, 255];
/** Beats kept: more than the longest ripple holds. */
const BEATS = 16;

/** What the wall wants of this screen. */
export interface Task {
  safety: Safety;
  pattern: Pattern;
  spot: Spot;
  hand: Hand;
}

/** What a screen does before the wall has said anything. */
const ALONE: Task = {
  safety: FIRST_SHOW.safety,
  pattern: FIRST_SHOW.pattern,
  spot: spotOf({ x: 0, y: 0, width: 1, height: 1 }, { x: 0, y: 0, width: 1, height: 1 }, null),
  hand: NO_HAND,
};

export interface ScreenSource {
  /** A frame begins. */
  begin(now: number): void;
  /** What is heard now, in dB per bin, and its media time in ms. */
  hear(): { spectrum: Float32Array; media: number };
  /** Media time at which the beat begins that is heard now, ms. */
  attack(): number;
  /**
   * Media time to be painted at `now`, in ms; undefined while that is not known. `newest` is the newest there
   * is.
   */
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

/**
 * The canvas and its frame loop: spectrum → band → level, kept by media time; the level that is due → colour
 * → flash guard.
 */
export class Screen {
  readonly #pixel: CanvasRenderingContext2D;
  readonly #source: ScreenSource;
  readonly #levels = new Timeline();
  readonly #smooth = new Smooth();
  readonly #glide = new Glide();
  #bins!: Bins;
  #palette!: Palette;
  /** How loud sounds count from now on. */
  measure = PLAIN;
  #frame = 0;
  #lit = false;
  #painted = "";
  #guard = new FlashGuard();
  #task: Task = ALONE;
  readonly #onsets = new Onsets();
  #beats: number[] = [];
  #frozen: Rgb | undefined;
  #heard = false;
  /** The level to be painted is of music. */
  #sounds = false;
  #firstLight = false;
  #look: Look | undefined;
  /** Media time that is painted, ms. */
  #media = 0;

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

  /** What the wall wants from now on. */
  set task(task: Task) {
    if (task.safety !== "off" && this.#task.safety === "off") this.#guard = new FlashGuard();
    if (task.pattern !== this.#task.pattern || task.spot.distance !== this.#task.spot.distance)
      this.#forget();
    this.#task = task;
    if (this.#frozen && !task.hand.freeze) this.#frozen = undefined;
  }

  /** Shows a scene over the solid light, in place of an earlier one; undefined for none. */
  set look(look: Look | undefined) {
    this.#look?.dispose();
    this.#look = look;
  }

  /** What was heard after this media time is of so much later in the song than was believed, ms. */
  move(after: number, by: number): void {
    this.#levels.move(after, by);
    this.#look?.move(after, by);
    this.#beats = this.#beats.map((beat) => (beat > after ? beat + by : beat));
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
    this.#source.begin(now);
    const colour = this.#lit ? this.#handled(colourOf(this.#palette, this.#follow(now))) : DARK;
    const flash = this.#source.flash(now);
    // All screens pulse as one, once a second: their own budgets are enough, and the pulse keeps its time.
    if (flash !== undefined) {
      this.#look?.hide();
      this.#paint(this.#limited(flash ? FLASH : DARK, now));
    } else {
      const isCovered = this.#paintLook(now);
      this.#paint(this.#limited(isCovered ? DARK : colour, now, this.#phase(now)));
    }
    if (this.#lit || flash !== undefined || this.#painted !== css(DARK) || this.#look?.isGlowing(now))
      this.#run();
  };

  /** Paints the scene, if there is one. False where the solid light is to be seen. */
  #paintLook(now: number): boolean {
    const { blackout, freeze, brightness } = this.#task.hand;
    const isPainted = this.#look?.paint({
      now,
      wall: this.#source.wall(now) ?? now,
      media: this.#media,
      beats: this.#beats,
      pattern: this.#task.pattern,
      palette: this.#palette,
      brightness: this.#lit && !blackout ? brightness : 0,
      freeze,
      limited: this.#task.safety !== "off",
      phase: this.#phase(now),
    });
    if (isPainted && this.#sounds) this.#lightUp();
    return isPainted ?? false;
  }

  /** Keeps the level that is heard, and returns the one that is due. */
  #follow(now: number): number {
    const { spectrum, media } = this.#source.hear();
    const bytes = this.#palette.shows === "bytes";
    this.#levels.add(
      media,
      bytes ? byteLevel(spectrum, this.#bins) : powerLevel(spectrum, this.#bins, this.measure),
    );
    const newest = this.#levels.newest!;
    // The first sound is painted as it is heard, not one wall delay of darkness later.
    if (!this.#heard && this.#listen(spectrum)) this.#glide.start(newest, now);
    const due = this.#glide.next(this.#source.due(now, newest) ?? newest, now);
    const { pattern, spot } = this.#task;
    this.#media = Math.min(due, newest);
    this.#look?.hear(spectrum, media, this.measure);
    const painted = this.#media - lagOf(pattern, spot);
    const heard = bytes ? this.#levels.at(painted) : this.#smooth.at(this.#levels, painted);
    const sinceBeat = hasBeats(pattern) ? this.#sinceBeat(spectrum, media, painted) : 0;
    const level = levelOf(pattern, spot, { level: heard, sinceBeat, wall: this.#source.wall(now) ?? now });
    this.#sounds = level > 0;
    return level;
  }

  /** From the last beat before a media time to that time; infinite without one. */
  #sinceBeat(spectrum: Float32Array, media: number, painted: number): number {
    if (this.#onsets.add(spectrum, media)) {
      this.#beats = [...this.#beats.slice(1 - BEATS), this.#source.attack()];
    }
    const last = this.#beats.findLast((beat) => beat <= painted);
    return last === undefined ? Number.POSITIVE_INFINITY : painted - last;
  }

  /** The colour as the host's hand leaves it. */
  #handled(colour: Rgb): Rgb {
    const { blackout, freeze, brightness } = this.#task.hand;
    if (freeze) this.#frozen ??= colour;
    if (blackout) return DARK;
    const [red, green, blue] = this.#frozen ?? colour;
    return [Math.round(red * brightness), Math.round(green * brightness), Math.round(blue * brightness)];
  }

  /** Whether music of any pitch is heard now, for the first time since the screen was lit. */
  #listen(spectrum: Float32Array): boolean {
    this.#heard = powerLevel(spectrum, { first: 0, end: spectrum.length }) > 0;
    if (this.#heard) this.#source.onSound();
    return this.#heard;
  }

  #forget(): void {
    this.#levels.clear();
    this.#smooth.reset();
    this.#glide.reset();
    this.#beats = [];
  }

  #limited(wanted: Rgb, now: number, phase?: FlashPhase): Rgb {
    return this.#task.safety === "off" ? wanted : this.#guard.allow(wanted, now, phase);
  }

  /**
   * What the wall allows now; nothing is said where each screen is on its own, and before the clock is known.
   */
  #phase(now: number): FlashPhase | undefined {
    const wall = this.#task.safety === "wall" ? this.#source.wall(now) : undefined;
    return wall === undefined ? undefined : phaseAt(wall);
  }

  #paint(rgb: Rgb): void {
    const colour = css(rgb);
    if (colour === this.#painted) return;
    this.#painted = colour;
    this.#pixel.fillStyle = colour;
    this.#pixel.fillRect(0, 0, 1, 1);
    if (this.#sounds && colour !== css(DARK)) this.#lightUp();
  }

  #lightUp(): void {
    if (this.#firstLight) return;
    this.#firstLight = true;
    this.#source.onFirstLight();
  }
}
