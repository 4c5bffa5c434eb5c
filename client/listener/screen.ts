import { css } from "../light/colour.ts";
import type { FlashPhase } from "../light/flash-guard.ts";
import { PLAIN, powerLevel } from "../light/level.ts";
import { Beats } from "../light/onsets.ts";
import { hasBeats } from "../light/patterns.ts";
import type { Rgb } from "../light/photometry.ts";
import { measuredLevel, ScreenLight, type ScreenTask } from "../light/screen-light.ts";
import { Glide } from "./glide.ts";
import type { Look } from "./modes/look.ts";

const DARK: Rgb = [0, 0, 0];
const FLASH: Rgb = [255, 255, 255];

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

/** The canvas of a listener's page and its frame loop: spectrum → {@link ScreenLight} → canvas. */
export class Screen {
  readonly #pixel: CanvasRenderingContext2D;
  readonly #source: ScreenSource;
  readonly #glide = new Glide();
  readonly #beats = new Beats();
  readonly #light = new ScreenLight(this.#beats);
  /** How loud sounds count from now on. */
  measure = PLAIN;
  #frame = 0;
  #lit = false;
  #painted = "";
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

  /** What to show from now on. */
  set task(task: ScreenTask) {
    this.#light.task = task;
  }

  /** Shows a scene over the solid light, in place of an earlier one; undefined for none. */
  set look(look: Look | undefined) {
    this.#look?.dispose();
    this.#look = look;
  }

  /** Adds `by` to all media times after `after`, ms: the song was further on than was believed. */
  move(after: number, by: number): void {
    this.#light.move(after, by);
    this.#beats.move(after, by);
    this.#look?.move(after, by);
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
    this.#light.clear();
    this.#beats.clear();
    this.#glide.reset();
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
    const wall = this.#source.wall(now);
    const colour = this.#lit ? this.#follow(now, wall ?? now) : DARK;
    const flash = this.#source.flash(now);
    // All screens pulse as one, once a second: their own budgets are enough, and the pulse keeps its time.
    if (flash !== undefined) {
      this.#look?.hide();
      this.#paint(this.#light.allowed(flash ? FLASH : DARK, now));
    } else {
      const phase = this.#light.phase(wall);
      const isCovered = this.#paintLook(now, wall ?? now, phase);
      this.#paint(this.#light.allowed(isCovered ? DARK : colour, now, phase));
    }
    if (this.#lit || flash !== undefined || this.#painted !== css(DARK) || this.#look?.isGlowing(now))
      this.#run();
  };

  /** Paints the scene, if there is one. False where the solid light is to be seen. */
  #paintLook(now: number, wall: number, phase: FlashPhase | undefined): boolean {
    const { hand, palette, pattern, safety } = this.#light.task;
    const isPainted = this.#look?.paint({
      now,
      wall,
      media: this.#media,
      beats: this.#beats.times,
      pattern,
      palette,
      brightness: this.#lit && !hand.blackout ? hand.brightness : 0,
      freeze: hand.freeze,
      limited: safety !== "off",
      phase,
    });
    if (isPainted && this.#sounds) this.#lightUp();
    return isPainted ?? false;
  }

  /** Adds the level that is heard, and returns the colour that is due. */
  #follow(now: number, wall: number): Rgb {
    const { spectrum, media } = this.#source.hear();
    const { task } = this.#light;
    this.#light.add(media, measuredLevel(spectrum, task, this.measure));
    const newest = this.#light.newest!;
    // The first sound is painted as it is heard, not one wall delay of darkness later.
    if (!this.#heard && this.#listen(spectrum)) this.#glide.start(newest, now);
    this.#media = Math.min(this.#glide.next(this.#source.due(now, newest) ?? newest, now), newest);
    this.#look?.add(spectrum, media, this.measure);
    if (hasBeats(task.pattern)) this.#beats.add(spectrum, media, () => this.#source.attack());
    const colour = this.#light.wanted(this.#media, wall);
    this.#sounds = this.#light.level > 0;
    return colour;
  }

  /** Whether music of any pitch is heard now, for the first time since the screen was lit. */
  #listen(spectrum: Float32Array): boolean {
    this.#heard = powerLevel(spectrum, { first: 0, end: spectrum.length }) > 0;
    if (this.#heard) this.#source.onSound();
    return this.#heard;
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
