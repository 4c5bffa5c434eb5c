import type { Chosen, Dealt, Extent, Hand, Pattern, Safety, Screen, Show } from "#protocol/wall.ts";
import { BANDS, type Band, type Bins, binsOf } from "./band.ts";
import type { Beats } from "./beats.ts";
import { colourOf, namedPalette, PALETTES, type Palette, paletteOf } from "./colour.ts";
import { FlashGuard, type FlashPhase } from "./flash-guard.ts";
import { bandOf, type Spot, spotOf } from "./layout.ts";
import { bandDb, byteLevel, emphasisOf, fallMsOf, fixedSpans, riseMsOf } from "./level.ts";
import { levelIn, type Spans } from "./light-map.ts";
import { lagOf, levelOf } from "./patterns.ts";
import type { Rgb } from "./photometry.ts";
import { Smooth, Timeline } from "./timeline.ts";

/** Everything that decides a screen's colour, apart from the music and the time. */
export interface ScreenTask {
  band: Band;
  /** The band's bins of a spectrum. */
  bins: Bins;
  palette: Palette;
  /** The palette of a picture that spans the wall. */
  wallPalette: Palette;
  pattern: Pattern;
  /** See `Show`. */
  energy: number;
  spot: Spot;
  hand: Hand;
  safety: Safety;
}

/** How long one light takes to become another one, ms. */
export const FADE_MS = 600;

/** What a spectrum covers: the sound's sample rate in Hz, and its length in samples. */
export interface SpectrumShape {
  readonly sampleRate: number;
  readonly fftSize: number;
}

/** A screen in its wall. */
export interface PlacedScreen {
  screen: Pick<Screen, "id" | "x" | "y" | "width" | "height" | "band" | "hand"> & { dealt: Dealt };
  extent: Extent;
  /** Whether it is the only screen of the wall. */
  alone: boolean;
}

/**
 * What a screen is asked to show.
 * @param chosen what the person at the screen has chosen and the wall leaves to them
 */
export function taskOf(
  show: Show,
  { screen, extent, alone }: PlacedScreen,
  chosen: Chosen,
  { sampleRate, fftSize }: SpectrumShape,
): ScreenTask {
  const spot = spotOf(screen, extent, show.origin);
  const wallPalette = paletteOf(show) ?? namedPalette(chosen.palette) ?? PALETTES["by-band"];
  const band = chosen.band ?? bandOf(screen, spot, show) ?? BANDS.all;
  return {
    band,
    bins: binsOf(band, sampleRate, fftSize),
    palette: wallPalette.of?.(band, spot) ?? wallPalette,
    wallPalette,
    pattern: show.pattern,
    energy: show.energy,
    spot,
    hand: handOf(show.hand, screen.hand),
    // The only screen of a wall has no other to keep in phase with.
    safety: show.safety === "wall" && alone ? "screen" : show.safety,
  };
}

/** What the host has set by hand for all screens and for this one, together. */
export function handOf(all: Hand, own: Hand): Hand {
  return {
    blackout: all.blackout || own.blackout,
    freeze: all.freeze || own.freeze,
    brightness: all.brightness * own.brightness,
    text: own.text || all.text,
  };
}

/** What is measured of a task's band in a spectrum: its power in dB, or what else its palette shows. */
export function measured(
  spectrum: Float32Array,
  { bins, palette }: Pick<ScreenTask, "bins" | "palette">,
  weights: Float32Array | undefined,
): number {
  return palette.shows === "bytes" ? byteLevel(spectrum, bins) : bandDb(spectrum, bins, weights);
}

/**
 * The light of one screen: the level of its band → pattern → palette → freeze, blackout and brightness →
 * flash guard. Screens, the console's tiles and its preview all use this class.
 */
export class ScreenLight {
  readonly #beats: Beats;
  readonly #measured = new Timeline();
  readonly #smooth = new Smooth();
  #guard = new FlashGuard();
  #task!: ScreenTask;
  #frozen: Rgb | undefined;
  #wanted: Rgb | undefined;
  /** What was shown before the task changed, and since when it fades, ms of the wall clock. */
  #former: { rgb: Rgb; since?: number } | undefined;
  /** The level that {@link wanted} returned a colour for last, 0..1. */
  level = 0;

  /**
   * What is dark and what is bright. Smoothed levels follow when it changes, so that it may come late.
   */
  spans: Spans = fixedSpans(0);

  /** @param beats of the music; all screens of a page share them */
  constructor(beats: Beats) {
    this.#beats = beats;
  }

  get task(): ScreenTask {
    return this.#task;
  }

  /** What to show from now on. Must be set before anything else is called. */
  set task(task: ScreenTask) {
    const { bins, palette, wallPalette, pattern, safety } = this.#task ?? task;
    const isSame =
      bins.first === task.bins.first &&
      bins.end === task.bins.end &&
      palette.shows === task.palette.shows &&
      pattern === task.pattern;
    // A new place is taken at once: light that has just begun does not fade in again.
    const isSameLight = wallPalette === task.wallPalette && pattern === task.pattern;
    if (this.#wanted && !isSameLight) this.#former = { rgb: this.#wanted };
    // What was measured of another band is of no use.
    if (!isSame) this.clear();
    if (safety === "off" && task.safety !== "off") this.#guard = new FlashGuard();
    if (!task.hand.freeze) this.#frozen = undefined;
    this.#task = task;
  }

  /** Adds what is {@link measured} at a media time, ms. */
  add(media: number, value: number): void {
    this.#measured.add(media, value);
  }

  /** The newest media time at which something is measured, ms. */
  get newest(): number | undefined {
    return this.#measured.newest;
  }

  /** Forgets all that was measured. */
  clear(): void {
    this.#measured.clear();
    this.#smooth.reset();
  }

  /**
   * The colour at a media time, before the flash guard.
   * @param media ms
   * @param wall the wall clock, ms
   */
  wanted(media: number, wall: number): Rgb {
    const { palette, pattern, spot, hand } = this.#task;
    const at = media - lagOf(pattern, spot);
    const level = palette.shows === "bytes" ? this.#measured.at(at) : this.#smoothed(at);
    this.level = levelOf(pattern, spot, {
      level,
      sinceBeat: this.#beats.since(at),
      inBar: this.#beats.inBar(at),
      wall,
    });
    const colour = this.#faded(colourOf(palette.at?.(wall) ?? palette, this.level), wall);
    if (hand.freeze) this.#frozen ??= colour;
    const { brightness } = hand;
    const [red, green, blue] = hand.blackout ? [0, 0, 0] : (this.#frozen ?? colour);
    return [Math.round(red * brightness), Math.round(green * brightness), Math.round(blue * brightness)];
  }

  /** A colour, while the one before fades. */
  #faded(colour: Rgb, wall: number): Rgb {
    this.#wanted = colour;
    if (!this.#former) return colour;
    this.#former.since ??= wall;
    const share = (wall - this.#former.since) / FADE_MS;
    if (share >= 1) this.#former = undefined;
    else this.#wanted = mix(this.#former.rgb, colour, share);
    return this.#wanted;
  }

  /** The colour to paint for a wanted colour, after the flash guard ({@link FlashGuard.allow}). */
  allowed(wanted: Rgb, now: number, phase?: FlashPhase): Rgb {
    return this.#task.safety === "off" ? wanted : this.#guard.allow(wanted, now, phase);
  }

  #smoothed(media: number): number {
    const { band, energy } = this.#task;
    return this.#smooth.at(media, {
      powerAt: (time) => this.#measured.at(time),
      riseGainAt: (time) => emphasisOf(energy) * this.spans.riseGainAt(time),
      levelOf: (db, time) => levelIn(this.spans.spanOf(band, time), db),
      riseMs: riseMsOf(energy),
      fallMs: fallMsOf(band) / energy,
    });
  }

  /** The wall's phase, where the wall decides what light may do; undefined where each screen does. */
  obeyed(phase: FlashPhase | undefined): FlashPhase | undefined {
    return this.#task.safety === "wall" ? phase : undefined;
  }
}

/** From one colour to another, in bytes; the share is limited to 0 and above. */
function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return from.map((byte, n) => Math.round(byte + (to[n]! - byte) * Math.max(share, 0))) as unknown as Rgb;
}
