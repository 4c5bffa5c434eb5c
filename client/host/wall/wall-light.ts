import type { ReadonlySignal } from "@preact/signals";
import type { Show } from "#protocol/wall.ts";
import { Beats } from "../../light/beats.ts";
import { css } from "../../light/colour.ts";
import { fixedSpans } from "../../light/level.ts";
import type { Spans } from "../../light/light-map.ts";
import { Onsets } from "../../light/onsets.ts";
import type { Rgb } from "../../light/photometry.ts";
import { measured, ScreenLight, type ScreenTask, taskOf } from "../../light/screen-light.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { HostWall, WallScreen } from "../broadcast/host-wall.ts";
import type { ConnectionPhase } from "../broadcast/phase.ts";
import { DelayedSpectrum } from "../song/delayed-spectrum.ts";
import type { Song } from "../song/song.ts";

const DARK: Rgb = [0, 0, 0];

/** What of a broadcast decides the light of its wall. */
export interface LitBroadcast extends Pick<HostBroadcast, "clock"> {
  /** The host's own picture, which screens show one wall delay later. */
  readonly pictures: Pick<HostBroadcast["pictures"], "present">;
  readonly phase: ReadonlySignal<ConnectionPhase>;
  readonly wall: Pick<HostWall, "weights" | "spans" | "beats" | "phases"> & {
    readonly show: ReadonlySignal<Show>;
    readonly placed: HostWall["placed"];
    readonly extent: HostWall["extent"];
  };
}

/** A screen's light, and what it shows while neither the screen nor the show changes. */
interface LitScreen {
  readonly light: ScreenLight;
  task: ScreenTask;
  /** What is measured for the task: the same for all screens with the same key. */
  key: string;
}

/** The light of every screen of the wall, computed from the host's own sound. */
export class WallLight {
  readonly #song: Song;
  readonly #broadcast: LitBroadcast;
  readonly #delayed = new DelayedSpectrum();
  readonly beats = new Beats();
  readonly #onsets = new Onsets();
  /** The lights that are up to date, by screen id. */
  readonly #lit = new Map<string, LitScreen>();
  /** By screen id. */
  readonly #lights = new Map<string, ScreenLight>();
  /** What is measured in this frame, by band: many screens share one. */
  readonly #measured = new Map<string, number>();
  #screens: ReadonlyMap<string, WallScreen> = new Map();
  #show: Show | undefined;
  #bins = 0;
  /** The spectrum that the screens show now, dB per bin; empty before anything was played. */
  spectrum: Float32Array = new Float32Array(0);
  /** What is dark and what is bright, by the time of the frame in which it is shown, ms. */
  spans: Spans = fixedSpans(0);
  /** The time of this frame, ms, and the wall clock at that time, ms. */
  now = 0;
  wall = 0;
  /** Whether screens have anything to show: the song plays, and this page is the wall's host. */
  isLit = false;

  constructor(song: Song, broadcast: LitBroadcast) {
    this.#song = song;
    this.#broadcast = broadcast;
  }

  /** Begins a frame: takes the sound and the screens as they are now. */
  begin(now: number): void {
    const { wall, clock, phase } = this.#broadcast;
    this.now = now;
    this.wall = clock?.at(now) ?? now;
    this.#measured.clear();
    this.spectrum = this.#delayed.read(this.#song, now);
    const isPlaying = this.#song.playing.peek();
    this.isLit = isPlaying && this.spectrum.length > 0 && phase.peek() === "ready";
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
    this.#see(wall.placed.peek(), wall.show.peek());
    if (!isPlaying) this.beats.clear();
    else if (this.spectrum.length > 0 && this.#onsets.add(this.spectrum, now)) this.beats.record(now);
  }

  /** The colour of a screen in this frame; undefined if it is away or unknown. */
  colourOf(id: string): Rgb | undefined {
    const screen = this.#screens.get(id);
    if (!screen?.present) return;
    if (this.spectrum.length === 0) return DARK;
    const { light, task, key } = this.#lit.get(id) ?? this.#prepare(screen);
    light.spans = this.spans;
    if (screen.locked || !this.isLit) {
      light.clear();
      return this.#allowed(light, DARK);
    }
    light.add(this.now, this.#measure(task, key));
    return this.#allowed(light, light.wanted(this.now, this.wall));
  }

  /** The background of a screen's tile in CSS; none for a screen that is away. */
  backgroundOf(id: string): string {
    const colour = this.colourOf(id);
    return colour ? css(colour) : "";
  }

  #see(screens: ReadonlyMap<string, WallScreen>, show: Show): void {
    if (screens === this.#screens && show === this.#show && this.#bins === this.spectrum.length) return;
    this.#lit.clear();
    if (screens !== this.#screens)
      for (const id of this.#lights.keys()) if (!screens.has(id)) this.#lights.delete(id);
    this.#screens = screens;
    this.#show = show;
    this.#bins = this.spectrum.length;
  }

  #prepare(screen: WallScreen): LitScreen {
    const { id } = screen;
    const light = this.#lights.get(id) ?? new ScreenLight(this.beats);
    this.#lights.set(id, light);
    const task = this.#taskOf(screen);
    light.task = task;
    const { bins, palette } = task;
    const lit = { light, task, key: `${palette.shows} ${bins.first} ${bins.end}` };
    this.#lit.set(id, lit);
    return lit;
  }

  #taskOf(screen: WallScreen): ScreenTask {
    const { sampleRate } = this.#song.analyser!.context;
    const { extent, show } = this.#broadcast.wall;
    const placed = { screen, extent: extent.peek(), alone: this.#screens.size === 1 };
    return taskOf(show.peek(), placed, screen.chosen, { sampleRate, fftSize: 2 * this.spectrum.length });
  }

  #measure(task: ScreenTask, key: string): number {
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
