import { Beats } from "../../light/beats.ts";
import { css } from "../../light/colour.ts";
import type { FlashPhase } from "../../light/flash-guard.ts";
import { fixedSpans, isHeard } from "../../light/level.ts";
import type { KnownBeats, Spans } from "../../light/light-map.ts";
import type { Rgb } from "../../light/photometry.ts";
import { measured, ScreenLight, type ScreenTask } from "../../light/screen-light.ts";
import type { Look } from "../../wall/shown-look.ts";
import type { Heard } from "../ear/pipeline.ts";
import { Glide } from "../pace/glide.ts";

const DARK: Rgb = [0, 0, 0];
const FLASH: Rgb = [255, 255, 255];
/** Moments that are kept for another band or measure: more than the longest wall delay, at 100 a second. */
const HEARD_MAX = 256;
/**
 * How long light waits at the start for the frames of the last seconds to be decoded up to what is due, ms.
 */
const CATCH_UP_MS = 500;
/** Without anything new for this long the screen goes dark: the sound has stopped, it is not only late. */
const STARVED_MS = 700;
/** How spectra become levels. */
export interface Scale {
  /** Factor for the power of each bin. */
  readonly weights: Float32Array | undefined;
  /** What is dark and what is bright. */
  readonly spans: Spans;
  readonly beats: KnownBeats;
}

/** What decides what is painted at an animation frame. */
export interface Frame {
  /** Time of the frame, ms. */
  readonly now: number;
  /** Media time to be painted, ms; undefined while it is not known. */
  readonly due: number | undefined;
  /** The wall clock, ms; undefined while it is not known. */
  readonly wall: number | undefined;
  /** What the wall's light may do now; undefined while the wall clock is not known. */
  readonly phase: FlashPhase | undefined;
  /** Light or dark while all screens pulse by the clock. */
  readonly flash: boolean | undefined;
}

/** The canvas of a listener's page: what is heard → {@link ScreenLight} → canvas. */
export class Screen {
  readonly #pixel: CanvasRenderingContext2D;
  readonly #onSound: () => void;
  readonly #glide = new Glide();
  readonly #beats = new Beats();
  readonly #light = new ScreenLight(this.#beats);
  #heard: Heard[] = [];
  #weights: Float32Array | undefined;
  #spans: Spans = fixedSpans(0);
  #isLit = false;
  #painted = "";
  /** What is shown, 0..1: the level, with the host's brightness. */
  level = 0;
  #hasMusic = false;
  #isSounding = false;
  #isFirstLight = true;
  /** Something was heard since the last frame. */
  #isFresh = false;
  /** Time of the last frame before which something was heard, ms. */
  #freshAt = 0;
  /** When there was something to paint first, ms; undefined before. */
  #readySince: number | undefined;
  /** Media time that was painted last, ms. */
  #media = Number.NEGATIVE_INFINITY;
  #look: Look | undefined;

  /**
   * @param canvas one pixel, which the compositor stretches over the screen: nothing to resize or fill
   * @param onSound {@link isSounding} has become true
   */
  constructor(canvas: HTMLCanvasElement, onSound: () => void) {
    this.#pixel = canvas.getContext("2d", { alpha: false })!;
    this.#onSound = onSound;
  }

  /** What to show from now on, and how spectra become levels. */
  show(task: ScreenTask, scale: Scale): void {
    const isSame = scale.weights === this.#weights;
    this.#light.task = task;
    this.#light.spans = scale.spans;
    this.#beats.known = scale.beats;
    this.#spans = scale.spans;
    this.#weights = scale.weights;
    if (!isSame) this.#light.clear();
    // What was measured of another band is of no use: it is measured anew from what was heard.
    if (this.#light.newest !== undefined) return;
    for (const heard of this.#heard) if (heard.media > this.#media) this.#add(heard);
  }

  /** Shows a look over the solid light, in place of an earlier one; undefined for none. */
  set look(look: Look | undefined) {
    this.#look?.dispose();
    this.#look = look;
  }

  /** Music is painted, of any pitch, since the screen was lit. */
  get isSounding(): boolean {
    return this.#isSounding;
  }

  get isLit(): boolean {
    return this.#isLit;
  }

  /** Follows the music, or goes black. */
  set isLit(isLit: boolean) {
    if (this.#isLit && !isLit) this.#forget();
    this.#isLit = isLit;
  }

  /** What was heard last. */
  get heard(): readonly Heard[] {
    return this.#heard;
  }

  /** Takes what is heard, in order, and the media times at which beats begin in it, ms. */
  take(heard: readonly Heard[], beats: readonly number[]): void {
    const before = this.#heard[this.#heard.length - 1]?.media;
    const first = heard[0]?.media;
    // Another stream: its times have nothing to do with those before.
    if (before !== undefined && first !== undefined && first < before) this.#forget();
    for (const beat of beats) this.#beats.record(beat);
    for (const one of heard) {
      this.#add(one);
      this.#look?.add(one.spectrum, one.media, this.#weights);
    }
    this.#heard = [...this.#heard, ...heard].slice(-HEARD_MAX);
    this.#isFresh = true;
    this.#hasMusic ||= this.#isLit && heard.some(({ spectrum }) => isHeard(spectrum));
  }

  /**
   * Paints a frame.
   * @returns whether the next one may differ
   */
  paint(frame: Frame): boolean {
    const { now, wall, flash } = frame;
    const media = this.#mediaOf(frame);
    // All screens pulse as one, once a second: their own budgets are enough, and the pulse keeps its time.
    if (flash !== undefined) {
      this.#look?.hide();
      this.#fill(this.#light.allowed(flash ? FLASH : DARK, now, undefined));
      return true;
    }
    const colour = media === undefined ? DARK : this.#light.wanted(media, wall ?? now);
    const { blackout, brightness } = this.#light.task.hand;
    this.level = media === undefined || blackout ? 0 : this.#light.level * brightness;
    const phase = this.#light.obeyed(frame.phase);
    const isMusical = media !== undefined && this.#light.level > 0;
    const isCovered = this.#paintLook(frame, media, phase);
    this.#fill(this.#light.allowed(isCovered ? DARK : colour, now, phase));
    if (media !== undefined && this.#hasMusic && !this.#isSounding) {
      this.#isSounding = true;
      this.#onSound();
    }
    if (isMusical && (isCovered || this.#painted !== css(DARK))) this.#markFirstLight();
    return this.#isLit || this.#painted !== css(DARK) || (this.#look?.isGlowing(now) ?? false);
  }

  /** Media time to paint: what is due, or the nearest there is. */
  #mediaOf({ now, due }: Frame): number | undefined {
    const { newest } = this.#light;
    if (this.#isFresh) this.#freshAt = now;
    this.#isFresh = false;
    if (!this.#isLit || newest === undefined || now - this.#freshAt > STARVED_MS) return;
    if (!this.#glide.isRunning) {
      this.#readySince ??= now;
      const isBehind = due === undefined || newest < due;
      if (isBehind && now - this.#readySince < CATCH_UP_MS) return;
      // A screen that has nothing as old as what is due begins with the oldest: no wall delay of darkness.
      this.#glide.start(Math.min(Math.max(due ?? newest, this.#heard[0]!.media), newest), now);
    }
    this.#media = Math.min(this.#glide.next(due ?? newest, now), newest);
    return this.#media;
  }

  #add({ spectrum, media }: Heard): void {
    this.#light.add(media, measured(spectrum, this.#light.task, this.#weights));
  }

  #forget(): void {
    this.#heard = [];
    this.#light.clear();
    this.#beats.clear();
    this.#glide.reset();
    this.#hasMusic = this.#isSounding = false;
    this.#readySince = undefined;
    this.#media = Number.NEGATIVE_INFINITY;
  }

  /** Paints the look, if there is one. False where the solid light is to be seen. */
  #paintLook({ now, wall }: Frame, media: number | undefined, phase: FlashPhase | undefined): boolean {
    const { task } = this.#light;
    const { hand } = task;
    return (
      this.#look?.paint({
        now,
        wall: wall ?? now,
        media: media ?? 0,
        beats: this.#beats,
        spans: this.#spans,
        task,
        brightness: media !== undefined && !hand.blackout ? hand.brightness : 0,
        phase,
      }) ?? false
    );
  }

  #fill(rgb: Rgb): void {
    const colour = css(rgb);
    if (colour === this.#painted) return;
    this.#painted = colour;
    this.#pixel.fillStyle = colour;
    this.#pixel.fillRect(0, 0, 1, 1);
  }

  #markFirstLight(): void {
    if (!this.#isFirstLight) return;
    this.#isFirstLight = false;
    performance.mark("lightwall:first-light");
  }
}
