import { Beats } from "../../light/beats.ts";
import { css } from "../../light/colour.ts";
import { fixedSpans } from "../../light/level.ts";
import type { Spans } from "../../light/light-map.ts";
import { Onsets } from "../../light/onsets.ts";
import type { Rgb } from "../../light/photometry.ts";
import { measured, ScreenLight, type ScreenTask, taskOf } from "../../light/screen-light.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { WallScreen } from "../broadcast/host-wall.ts";
import { DelayedSpectrum } from "../song/delayed-spectrum.ts";
import type { Song } from "../song/song.ts";

const DARK: Rgb = [0, 0, 0];

/** The light of every screen of the wall, computed from the host's own sound. */
export class WallLight {
  readonly #song: Song;
  readonly #broadcast: HostBroadcast;
  readonly #delayed = new DelayedSpectrum();
  readonly beats = new Beats();
  readonly #onsets = new Onsets();
  /** By screen id. */
  readonly #lights = new Map<string, ScreenLight>();
  /** What is measured in this frame, by band: many screens share one. */
  readonly #measured = new Map<string, number>();
  #screens: ReadonlyMap<string, WallScreen> = new Map();
  /** The spectrum that the screens show now, dB per bin; empty before anything was played. */
  spectrum: Float32Array = new Float32Array(0);
  /** What is dark and what is bright, by the time of the frame in which it is shown, ms. */
  spans: Spans = fixedSpans(0);
  /** The time of this frame, ms, and the wall clock at that time, ms. */
  now = 0;
  wall = 0;

  constructor(song: Song, broadcast: HostBroadcast) {
    this.#song = song;
    this.#broadcast = broadcast;
  }

  /** Begins a frame: takes the sound and the screens as they are now. */
  begin(now: number): void {
    const { wall, clock } = this.#broadcast;
    this.now = now;
    this.wall = clock?.at(now) ?? now;
    this.#measured.clear();
    this.spectrum = this.#delayed.read(this.#song, now);
    const { ageMs } = this.#delayed;
    const spans = wall.spans.peek();
    this.spans = {
      spanOf: (band, at) => spans.spanOf(band, at - ageMs),
      riseGainAt: (at) => spans.riseGainAt(at - ageMs),
    };
    this.beats.known = {
      around: (at) => wall.beats.around(at - ageMs),
      upTo: (at) => wall.beats.upTo(at - ageMs).map((beat) => beat + ageMs),
    };
    this.#see(wall.placed.peek());
    if (!this.#song.playing.peek()) this.beats.clear();
    else if (this.spectrum.length > 0 && this.#onsets.add(this.spectrum, now)) this.beats.record(now);
  }

  /** The colour of a screen in this frame; undefined if it is away or unknown. */
  colourOf(id: string): Rgb | undefined {
    const screen = this.#screens.get(id);
    if (!screen?.present) return;
    if (this.spectrum.length === 0) return DARK;
    const light = this.#lights.get(id) ?? new ScreenLight(this.beats);
    this.#lights.set(id, light);
    light.task = this.#taskOf(screen);
    light.spans = this.spans;
    if (screen.locked || !this.#song.playing.peek()) {
      light.clear();
      return this.#allowed(light, DARK);
    }
    light.add(this.now, this.#measure(light.task));
    return this.#allowed(light, light.wanted(this.now, this.wall));
  }

  #see(screens: ReadonlyMap<string, WallScreen>): void {
    if (screens === this.#screens) return;
    this.#screens = screens;
    for (const id of this.#lights.keys()) if (!screens.has(id)) this.#lights.delete(id);
  }

  #taskOf(screen: WallScreen): ScreenTask {
    const { sampleRate } = this.#song.analyser!.context;
    const { extent, show } = this.#broadcast.wall;
    const placed = { screen, extent: extent.peek(), alone: this.#screens.size === 1 };
    return taskOf(show.peek(), placed, screen.chosen, { sampleRate, fftSize: 2 * this.spectrum.length });
  }

  #measure(task: ScreenTask): number {
    const { bins, palette } = task;
    const key = `${palette.shows} ${bins.first} ${bins.end}`;
    let value = this.#measured.get(key);
    if (value === undefined) {
      value = measured(this.spectrum, task, this.#broadcast.wall.weights.peek());
      this.#measured.set(key, value);
    }
    return value;
  }

  #allowed(light: ScreenLight, wanted: Rgb): Rgb {
    return light.allowed(wanted, this.now, light.obeyed(this.#broadcast.wall.phases.at(this.wall)));
  }
}

/** Paints the tiles of the console, each in the colour of its screen; tiles of screens that are away stay. */
export function paintTiles(tiles: Iterable<Element>, light: WallLight): void {
  for (const tile of tiles as Iterable<HTMLElement>) {
    const colour = light.colourOf(tile.dataset.id ?? "");
    if (colour) tile.style.backgroundColor = css(colour);
  }
}
