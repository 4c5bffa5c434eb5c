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
  /** Called when a frame begins. */
  begin(now: number): void;
  /** The spectrum now, dB per bin, and its media time, ms. */
  measure(): { spectrum: Float32Array; media: number };
  /** Media time at which the beat in the spectrum begins, ms. */
  attack(): number;
  /** Media time to paint at `now`, ms; undefined while unknown. `newest` is the newest one with a level. */
  due(now: number, newest: number): number | undefined;
  /** The wall clock, ms; undefined before it is known. */
  wall(now: number): number | undefined;
  /** Light or dark during a flash test; undefined without one. */
  flash(now: number): boolean | undefined;
  /** Called when the spectrum has sound at any frequency for the first time since {@link Screen.light}. */
  onSound(): void;
  /** Called once, when the first light of music is painted. */
  onFirstLight(): void;
}

/** The canvas of a listener's page and its frame loop: spectrum → {@link ScreenLight} → canvas. */
export class Screen {
  readonly #pixel: CanvasRenderingContext2D;
  readonly #source: ScreenSource;
  readonly #glide = new Glide();
  readonly #beats = new Beats();
  readonly #light = new ScreenLight(this.#beats);
  /** How sound is measured from now on. */
  measure = PLAIN;
  #frame = 0;
  #lit = false;
  #painted = "";
  #heard = false;
  /** Whether the painted level is above 0. */
  #sounds = false;
  #firstLight = false;
  #look: Look | undefined;
  /** The media time painted last, ms. */
  #media = 0;

  /** @param canvas has one pixel, which the compositor scales to the screen: no frame fills an area */
  constructor(canvas: HTMLCanvasElement, source: ScreenSource) {
    this.#pixel = canvas.getContext("2d", { alpha: false })!;
    this.#source = source;
  }

  /** What to show from now on. */
  set task(task: ScreenTask) {
    this.#light.task = task;
  }

  /** Shows a scene over the solid colour, instead of an earlier one; undefined for none. */
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

  /** Paints black until {@link light} is called. */
  darken(): void {
    this.#lit = false;
    this.#heard = false;
    this.#light.clear();
    this.#beats.clear();
    this.#glide.reset();
    this.#run();
  }

  /** Paints the pulses of a flash test from the next frame on. */
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
    // A flash test pulses once a second, which each screen's budget allows; a phase would shift the pulses.
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

  /** Paints the scene, if there is one. Returns false if the solid colour must be visible. */
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

  /** Adds the level of the spectrum now, and returns the colour that is due. */
  #follow(now: number, wall: number): Rgb {
    const { spectrum, media } = this.#source.measure();
    const { task } = this.#light;
    this.#light.add(media, measuredLevel(spectrum, task, this.measure));
    const newest = this.#light.newest!;
    // The first sound is painted at once instead of after one wall delay of darkness.
    if (!this.#heard && this.#detectSound(spectrum)) this.#glide.start(newest, now);
    this.#media = Math.min(this.#glide.next(this.#source.due(now, newest) ?? newest, now), newest);
    this.#look?.add(spectrum, media, this.measure);
    if (hasBeats(task.pattern)) this.#beats.add(spectrum, media, () => this.#source.attack());
    const colour = this.#light.wanted(this.#media, wall);
    this.#sounds = this.#light.level > 0;
    return colour;
  }

  /** Whether the spectrum has sound for the first time since {@link light}. */
  #detectSound(spectrum: Float32Array): boolean {
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
