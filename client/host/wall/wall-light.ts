import type { Extent, ScreenSeen, Show } from "#protocol/wall.ts";
import { BANDS, type Band, binsOf } from "../../light/band.ts";
import { colourOf, PALETTES, type Palette } from "../../light/colour.ts";
import { FlashGuard, phaseAt } from "../../light/flash-guard.ts";
import { follow, type Measure, PLAIN, powerLevel } from "../../light/level.ts";
import { Onsets } from "../../light/onsets.ts";
import type { Rgb } from "../../light/photometry.ts";
import { bandOf, spotOf } from "../../wall/layout.ts";
import { paletteOf } from "../../wall/palette.ts";
import { hasBeats, lagOf, levelOf } from "../../wall/patterns.ts";

const BEATS = 16;

/** The light of every screen as the host's own sound makes it, by the code that the screens run. */
export class WallLight {
  readonly #levels = new Map<string, number>();
  readonly #guards = new Map<string, FlashGuard>();
  readonly #onsets = new Onsets();
  #spectrum: Float32Array = new Float32Array(0);
  /** Times of the last beats, ms. */
  #beats: number[] = [];
  #measure = PLAIN;
  /** Levels of this frame by band: many screens share one. */
  readonly #measured = new Map<string, number>();

  /** Takes what is to be seen: dB per bin. Call it once a frame, before {@link colour}. */
  hear(spectrum: Float32Array, show: Show, measure: Measure, now: number): void {
    this.#measured.clear();
    this.#measure = measure;
    this.#spectrum = spectrum;
    if (hasBeats(show.pattern) && spectrum.length > 0 && this.#onsets.add(spectrum, now)) {
      this.#beats = [...this.#beats.slice(1 - BEATS), now];
    }
  }

  /**
   * A screen's colour now.
   * @param wall the wall clock, ms
   * @param elapsed seconds since the last frame
   */
  colour(screen: ScreenSeen, extent: Extent, show: Show, now: number, wall: number, elapsed: number): Rgb {
    const spot = spotOf(screen, extent, show.origin);
    const measured = this.#levelOf(screen.chosen.band ?? bandOf(screen, spot, show) ?? BANDS.all);
    const level = follow(this.#levels.get(screen.id) ?? 0, measured, elapsed);
    this.#levels.set(screen.id, level);
    const painted = now - lagOf(show.pattern, spot);
    const last = this.#beats.findLast((beat) => beat <= painted);
    const sinceBeat = last === undefined ? Number.POSITIVE_INFINITY : painted - last;
    const wanted = colourOf(
      paletteOf(show) ?? ownChoice(screen),
      levelOf(show.pattern, spot, { level, sinceBeat, wall }),
    );
    return this.#safe(screen.id, handled(wanted, screen, show), show, now, wall);
  }

  /** When the last beats were, ms. */
  get beats(): readonly number[] {
    return this.#beats;
  }

  #levelOf(band: Band): number {
    const key = `${band.low}-${band.high}`;
    let level = this.#measured.get(key);
    if (level === undefined) {
      const size = this.#spectrum.length * 2;
      level = size === 0 ? 0 : powerLevel(this.#spectrum, binsOf(band, 48_000, size), this.#measure);
      this.#measured.set(key, level);
    }
    return level;
  }

  #safe(id: string, wanted: Rgb, { safety }: Show, now: number, wall: number): Rgb {
    if (safety === "off") return wanted;
    const guard = this.#guards.get(id) ?? new FlashGuard();
    this.#guards.set(id, guard);
    return guard.allow(wanted, now, safety === "wall" ? phaseAt(wall) : undefined);
  }
}

function ownChoice({ chosen }: ScreenSeen): Palette {
  return paletteOf({ palette: chosen.palette, colours: [] }) ?? PALETTES.ember;
}

function handled(colour: Rgb, { hand, locked }: ScreenSeen, show: Show): Rgb {
  if (locked || hand.blackout || show.hand.blackout) return [0, 0, 0];
  const brightness = hand.brightness * show.hand.brightness;
  return colour.map((channel) => Math.round(channel * brightness)) as unknown as Rgb;
}
