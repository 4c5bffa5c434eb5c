import type { ScreenSeen } from "#protocol/wall.ts";
import { colourOf } from "../../light/colour.ts";
import { Pulse } from "../../wall/look/pulse.ts";
import { ShownPictures } from "../../wall/look/shown-pictures.ts";
import { stageOf, wholeOf } from "../../wall/look/stage.ts";
import { Moments } from "../../wall/moments.ts";
import { Resolution } from "../../wall/resolution.ts";
import type { LookFrame } from "../../wall/shown-look.ts";
import type { PanelLight } from "../../wall/three/panels.ts";
import { type Picture, PreviewView } from "../../wall/three/preview-view.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "../song/song.ts";
import { WallLight } from "./wall-light.ts";
import { shareOf, WallPicture } from "./wall-picture.ts";

/** The light that a panel with a picture gives to its surroundings, as a share of the brightest colour. */
const PICTURE_GLOW = 0.4;

/** With fewer pixels the edges of panels look jagged. */
const PIXELS_MIN = 250_000;

/** Paints the console's preview: the wall in a dark hall, in three dimensions. */
export class PreviewPainter {
  readonly #broadcast: HostBroadcast;
  readonly #view: PreviewView;
  readonly #light: WallLight;
  readonly #picture: WallPicture;
  readonly #moments: Moments;
  readonly #pictures = new ShownPictures();
  readonly #pulse = new Pulse();
  readonly #resolution: Resolution;

  /** @throws Error without WebGL */
  constructor(canvas: HTMLCanvasElement, song: Song, broadcast: HostBroadcast) {
    this.#broadcast = broadcast;
    this.#light = new WallLight(song, broadcast);
    this.#picture = new WallPicture(this.#light, broadcast);
    this.#moments = new Moments(() => song.outputs.sampleRate);
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
    const frame = this.#picture.frame();
    const picture = this.#pictureOf(frame);
    const lightOf = (id: string): PanelLight | undefined => {
      if (picture) return this.#pictured(screens.get(id)!, frame);
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
  #pictureOf(frame: LookFrame): Picture | undefined {
    const { mode, place } = this.#picture;
    const { isLit, spectrum, now } = this.#light;
    // Also while another look is shown: what was frozen before is not what a later freeze holds.
    if (!frame.task.hand.freeze) this.#pictures.release();
    if (!mode) return;
    if (isLit) this.#moments.add(spectrum, now, this.#broadcast.wall.weights.peek());
    const stage = stageOf(place.extent, place.show.origin);
    const isPicture = mode === "picture";
    if (isPicture && !this.#pictures.take(this.#broadcast.pictures.present, frame.task.hand)) return;
    const moment = this.#moments.at(frame, stage, frame.task, place.show.stencil, isPicture);
    if (!moment) return;
    const { wallPalette: palette, safety } = frame.task;
    const { level } = this.#moments;
    const phase = isPicture ? this.#pictures.phase(frame) : frame.phase;
    const turn = safety === "off" ? undefined : this.#pulse.next(level, now, phase);
    const host = this.#pictures.on(
      { ...place, show: place.show.picture },
      place.show.picture.moves,
      stage.ratio,
    );
    // Panels dim their parts, so the picture is not dimmed.
    const showing = { window: wholeOf(stage), palette, brightness: 1, turn, picture: host };
    return { mode, moment, showing };
  }

  /** The light of a panel that shows its part of the picture. */
  #pictured(screen: ScreenSeen, frame: LookFrame): PanelLight {
    const { task } = frame;
    // The host's picture needs no music.
    const isHosts = this.#picture.mode === "picture";
    const brightness = isHosts ? this.#pictures.brightness(task.hand) : frame.brightness;
    const share = brightness * shareOf(screen);
    const grey = 255 * share ** (1 / 2.4);
    const level = share > 0 ? this.#moments.level : 0;
    const [red, green, blue] = colourOf(task.wallPalette, level);
    const glow = PICTURE_GLOW * level;
    return { colour: [grey, grey, grey], glow: [red * glow, green * glow, blue * glow] };
  }
}
