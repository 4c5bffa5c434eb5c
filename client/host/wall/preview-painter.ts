import type { ScreenSeen } from "#protocol/wall.ts";
import { BandLevels } from "../../light/band-levels.ts";
import { colourOf, PALETTES, paletteOf } from "../../light/colour.ts";
import { handOf } from "../../light/screen-light.ts";
import type { LookMoment } from "../../wall/look/moment.ts";
import { Pulse } from "../../wall/look/pulse.ts";
import { stageOf, wholeOf } from "../../wall/look/stage.ts";
import { Resolution } from "../../wall/resolution.ts";
import { Stencils } from "../../wall/stencils.ts";
import type { PanelLight } from "../../wall/three/panels.ts";
import { type Picture, PreviewView } from "../../wall/three/preview-view.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "../song/song.ts";
import { WallLight } from "./wall-light.ts";

/** The light that a panel with a picture gives to its surroundings, as a share of the brightest colour. */
const PICTURE_GLOW = 0.4;

/** With fewer pixels the edges of panels look jagged. */
const PIXELS_MIN = 250_000;

/** Paints the console's preview: the wall in a dark hall, in three dimensions. */
export class PreviewPainter {
  readonly #song: Song;
  readonly #broadcast: HostBroadcast;
  readonly #view: PreviewView;
  readonly #light: WallLight;
  readonly #stencils = new Stencils();
  readonly #pulse = new Pulse();
  readonly #resolution: Resolution;
  #bands: BandLevels | undefined;
  #moment: LookMoment | undefined;

  /** @throws Error without WebGL */
  constructor(canvas: HTMLCanvasElement, song: Song, broadcast: HostBroadcast) {
    this.#song = song;
    this.#broadcast = broadcast;
    this.#light = new WallLight(song, broadcast);
    this.#view = new PreviewView(canvas);
    const pixels = canvas.clientWidth * canvas.clientHeight * devicePixelRatio ** 2;
    this.#resolution = new Resolution(Math.max(pixels, 1), PIXELS_MIN);
  }

  get orbit() {
    return this.#view.orbit;
  }

  /**
   * Paints a frame.
   * @param elapsed since the frame before, s
   */
  paint(now: number, elapsed: number): void {
    const { placed, extent } = this.#broadcast.wall;
    const screens = placed.peek();
    const present = [...screens.values()].filter((screen) => screen.present);
    this.#light.begin(now);
    const picture = this.#picture();
    const lightOf = (id: string): PanelLight | undefined => {
      if (picture) return this.#pictured(screens.get(id)!);
      const colour = this.#light.colourOf(id);
      return colour && { colour, glow: colour };
    };
    this.#resolution.add(elapsed * 1_000);
    this.#view.paint(present, extent.peek(), lightOf, picture, elapsed, this.#resolution.scale);
  }

  dispose(): void {
    this.#view.dispose();
  }

  /** The picture that spans the wall; undefined while screens show solid colours. */
  #picture(): Picture | undefined {
    const { wall } = this.#broadcast;
    const { spectrum, spans, now, beats, wall: wallTime } = this.#light;
    const show = wall.show.peek();
    if (!show.mode || show.mode === "solid" || spectrum.length === 0) return;
    this.#bands ??= new BandLevels(this.#song.output.sampleRate, spectrum.length * 2);
    this.#bands.add(spectrum, now, wall.weights.peek());
    const stage = stageOf(wall.extent.peek(), show.origin);
    if (!show.hand.freeze || !this.#moment) {
      this.#bands.seek(now, spans, show.energy);
      const beatAges = beats.at(now).map((beat) => now - beat);
      const { pattern } = show;
      this.#moment = {
        stage,
        pattern,
        wall: wallTime,
        media: now,
        inBar: beats.inBar(now),
        bands: this.#bands,
        beatAges,
        shape: this.#stencils.shape(show.stencil, now, wallTime),
      };
    }
    const phase = show.safety === "wall" ? wall.phases.at(wallTime) : undefined;
    return {
      mode: show.mode,
      moment: { ...this.#moment, stage },
      showing: {
        window: wholeOf(stage),
        palette: paletteOf(show) ?? PALETTES.ember,
        brightness: 1,
        turn: show.safety === "off" ? undefined : this.#pulse.next(this.#bands.whole(0), now, phase),
      },
    };
  }

  /** The light of a panel that shows its part of the picture. */
  #pictured({ hand, locked }: ScreenSeen): PanelLight {
    const show = this.#broadcast.wall.show.peek();
    const { blackout, brightness } = handOf(show.hand, hand);
    const isDark = locked || blackout;
    const grey = isDark ? 0 : 255 * brightness ** (1 / 2.4);
    const level = isDark ? 0 : (this.#bands?.whole(0) ?? 0);
    const [red, green, blue] = colourOf(paletteOf(show) ?? PALETTES.ember, level);
    const glow = PICTURE_GLOW * level;
    return { colour: [grey, grey, grey], glow: [red * glow, green * glow, blue * glow] };
  }
}
