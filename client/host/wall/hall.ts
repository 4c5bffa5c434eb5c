import { extentOf } from "#protocol/extent.ts";
import type { ScreenSeen } from "#protocol/wall.ts";
import { BandLevels } from "../../light/band-levels.ts";
import { colourOf, PALETTES } from "../../light/colour.ts";
import { phaseAt } from "../../light/flash-guard.ts";
import { paletteOf } from "../../wall/palette.ts";
import { Resolution } from "../../wall/resolution.ts";
import { Pulse } from "../../wall/scene/pulse.ts";
import { stageOf, wholeOf } from "../../wall/scene/stage.ts";
import { HallView, type Picture } from "../../wall/three/hall-view.ts";
import type { PanelLight } from "../../wall/three/panels.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { Ear } from "../song/ear.ts";
import type { Song } from "../song/song.ts";
import { WallLight } from "./wall-light.ts";

/** Share of a picture's brightest colour that a panel gives the hall. */
const PICTURE_GLOW = 0.4;

/** With fewer pixels the edges of panels are stairs. */
const PIXELS_LEAST = 250_000;

/** The wall as it hangs in the dark, painted by the code that the screens run. */
export class Hall {
  readonly #song: Song;
  readonly #broadcast: HostBroadcast;
  readonly #view: HallView;
  readonly #ear = new Ear();
  readonly #light = new WallLight();
  readonly #pulse = new Pulse();
  readonly #resolution: Resolution;
  #bank: BandLevels | undefined;

  /** @throws Error without WebGL */
  constructor(canvas: HTMLCanvasElement, song: Song, broadcast: HostBroadcast) {
    this.#song = song;
    this.#broadcast = broadcast;
    this.#view = new HallView(canvas);
    const pixels = canvas.clientWidth * canvas.clientHeight * devicePixelRatio ** 2;
    this.#resolution = new Resolution(Math.max(pixels, 1), PIXELS_LEAST);
  }

  get orbit() {
    return this.#view.orbit;
  }

  /**
   * Paints a frame.
   * @param elapsed seconds since the one before
   */
  paint(now: number, elapsed: number): void {
    const { wall } = this.#broadcast;
    const show = wall.show.peek();
    const screens = wall.screens.peek();
    const places = [...screens.values()].filter(({ present }) => present);
    const extent = extentOf([...screens.values()]);
    const time = this.#broadcast.clock?.at(now) ?? now;
    const spectrum = this.#ear.hear(this.#song, now);
    this.#light.hear(spectrum, show, wall.measure.peek(), now);
    const picture = this.#picture(spectrum, now, time);
    const lightOf = (id: string): PanelLight | undefined => {
      const screen = screens.get(id);
      if (!screen) return;
      if (picture) return this.#pictured(screen);
      const colour = this.#light.colour(screen, extent, show, now, time, elapsed);
      return { colour, glow: colour };
    };
    this.#resolution.add(elapsed * 1_000);
    this.#view.paint(places, extent, lightOf, picture, elapsed, this.#resolution.scale);
  }

  dispose(): void {
    this.#view.dispose();
  }

  #picture(spectrum: Float32Array, now: number, wall: number): Picture | undefined {
    const show = this.#broadcast.wall.show.peek();
    if (!show.mode || show.mode === "solid" || spectrum.length === 0) return;
    this.#bank ??= new BandLevels(this.#song.output.sampleRate, spectrum.length * 2);
    this.#bank.add(spectrum, now, this.#broadcast.wall.measure.peek());
    this.#bank.seek(now);
    const stage = stageOf(extentOf([...this.#broadcast.wall.screens.peek().values()]), show.origin);
    const beats = this.#light.beats.map((beat) => now - beat);
    const phase = show.safety === "wall" ? phaseAt(wall) : undefined;
    return {
      mode: show.mode,
      moment: { stage, pattern: show.pattern, wall, bank: this.#bank, beats },
      showing: {
        window: wholeOf(stage),
        palette: paletteOf(show) ?? PALETTES.ember,
        brightness: 1,
        turn: show.safety === "off" ? undefined : this.#pulse.next(this.#bank.whole(0), now, phase),
      },
    };
  }

  /** The light of a panel that shows its part of the picture. */
  #pictured({ hand, locked }: ScreenSeen): PanelLight {
    const show = this.#broadcast.wall.show.peek();
    const isDark = locked || hand.blackout || show.hand.blackout;
    const grey = isDark ? 0 : 255 * (hand.brightness * show.hand.brightness) ** (1 / 2.4);
    const level = isDark ? 0 : (this.#bank?.whole(0) ?? 0);
    const [red, green, blue] = colourOf(paletteOf(show) ?? PALETTES.ember, level);
    const glow = PICTURE_GLOW * level;
    return { colour: [grey, grey, grey], glow: [red * glow, green * glow, blue * glow] };
  }
}
