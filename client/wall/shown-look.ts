import type { Extent, LookMode, Screen, Show } from "#protocol/wall.ts";
import type { FlashPhase } from "../light/flash-guard.ts";
import type { ScreenTask } from "../light/screen-light.ts";
import type { PictureImage } from "./look/picture.ts";
import { Pulse } from "./look/pulse.ts";
import { ShownPictures } from "./look/shown-pictures.ts";
import { stageOf, windowOf } from "./look/stage.ts";
import { Moments, type Playing } from "./moments.ts";
import { Resolution } from "./resolution.ts";
import type { View } from "./view.ts";

/**
 * Time in which a look fades to dark before another one takes its place, and in which that one lights up.
 * Each is limited by a flash guard of its own, so they are not shown one over the other.
 */
const FADE_MS = 350;

/** Time after which every pixel of a picture that was switched off is dark. */
const AFTERGLOW_MS = 600;

/** A screen in its wall, as far as a look needs it. */
export interface Place {
  screen: Pick<Screen, "x" | "y" | "width" | "height" | "wholePicture">;
  extent: Extent;
  show: Pick<Show, "origin" | "stencil" | "picture">;
  /** Whether it is the only screen of the wall. */
  alone: boolean;
}

/** The input of a frame. */
export interface LookFrame extends Playing {
  task: Pick<ScreenTask, "hand" | "energy" | "pattern" | "wallPalette" | "safety">;
  /** 0..1; 0 is dark. */
  brightness: number;
  /** The wall's phase; undefined if each screen decides. */
  phase: FlashPhase | undefined;
}

/** A canvas with what paints a look on it. */
interface Layer {
  readonly mode: LookMode;
  readonly canvas: HTMLCanvasElement;
  /** Undefined while the GPU is lost. */
  view: View | undefined;
}

/** How a look is shown. */
export interface LookOptions {
  /** Returns the sample rate of the spectra, Hz. */
  sampleRate(): number;
  /** Puts a canvas with a look where it is seen, over the one before. */
  put(canvas: HTMLCanvasElement): void;
  /** The size of the canvas, in CSS pixels, and the device's pixels for one of them. */
  size(canvas: HTMLCanvasElement): { width: number; height: number; ratio: number };
  /** Most pixels of a picture with WebGL; as many as {@link Resolution} allows by default. */
  pixelsMax?: number | undefined;
  /** Pixels of a picture without WebGL. */
  pixelsPlain?: number | undefined;
  /**
   * Whether the next look begins with the resolution that was found for this one. A change of the resolution
   * costs the light a rise, which is seen most while a look comes.
   */
  keepsResolution?: boolean | undefined;
  /** Whether to draw without WebGL, also where there is WebGL. */
  plain?: boolean | undefined;
  /**
   * Returns the host's picture to paint now, undefined while there is none. Called for each frame of the look
   * that shows it. The image must be there until the next call.
   * @param now time of the frame, ms
   * @param wall the wall clock, ms
   */
  picture?: ((now: number, wall: number) => PictureImage | undefined) | undefined;
  /** Called when the GPU is lost. The look is drawn again when it is back. */
  onLost?: (() => void) | undefined;
}

/** A picture on a screen: its window of a look, on a canvas over the solid colour. */
export class Look {
  #mode: LookMode;
  readonly #options: LookOptions;
  #layer: Layer | undefined;
  /** The look before, while it fades. */
  #leaving: Layer | undefined;
  /** The look that leaves was painted without any light in a fall of the wall. */
  #hasFallen = false;
  /** When the present fade began, ms. */
  #fadeFrom: number | undefined;
  readonly #moments: Moments;
  readonly #pictures = new ShownPictures();
  #place: Place | undefined;
  #pulse = new Pulse();
  #resolution = new Resolution(1);
  /** Pixels of the place for which the resolution was chosen. */
  #pixels = 0;
  /** Size of the picture painted last, in pixels. */
  #width = 0;
  #height = 0;
  #paintedAt = Number.NEGATIVE_INFINITY;
  #litAt = Number.NEGATIVE_INFINITY;
  #disposed = false;

  constructor(mode: LookMode, options: LookOptions) {
    this.#mode = mode;
    this.#options = options;
    this.#moments = new Moments(options.sampleRate);
    // If the code cannot be loaded, as without network, the screen keeps its solid colour.
    this.#open().catch(() => {});
  }

  /** Changes the look. The one before stays until the code of the new one is there. */
  set mode(mode: LookMode) {
    this.#mode = mode;
    this.#open().catch(() => {});
  }

  set place(place: Place) {
    this.#place = place;
  }

  /** The canvas that is seen. Its picture may be read in the task that has painted it. */
  get canvas(): HTMLCanvasElement | undefined {
    return (this.#leaving ?? this.#layer)?.canvas;
  }

  /** Adds a spectrum; see {@link Moments.add}. */
  add(...heard: Parameters<Moments["add"]>): void {
    this.#moments.add(...heard);
  }

  /** Paints a frame. Returns false while it cannot, and the solid colour must be visible. */
  paint(frame: LookFrame): boolean {
    const { task, now } = frame;
    const hasPicture = this.#takePicture(frame);
    const share = this.#fade(frame);
    const { canvas, view, mode } = this.#leaving ?? this.#layer ?? {};
    if (!canvas || !view || !this.#place) return false;
    const isPicture = mode === "picture";
    if (isPicture && !hasPicture) return false;
    const lit = isPicture ? this.#pictures.brightness(task.hand) : frame.brightness;
    const brightness = lit * share;
    if (lit > 0) this.#litAt = now;
    const isDark = !this.isGlowing(now);
    if (canvas.hidden !== isDark) canvas.hidden = isDark;
    if (isDark) return true;
    const size = this.#options.size(canvas);
    if (size.width * size.height === 0) return false;
    const shape = size.width / size.height;
    const { screen, extent, show, alone } = this.#place;
    const stage = stageOf(extent, show.origin, alone ? shape : undefined);
    const moment = this.#moments.at(frame, stage, task, show.stencil, isPicture);
    if (!moment) return false;
    this.#resolution.add(now - this.#paintedAt);
    this.#paintedAt = now;
    const scale = this.#resolution.scale * size.ratio;
    const width = Math.max(Math.round(size.width * scale), 1);
    const height = Math.max(Math.round(size.height * scale), 1);
    if (width !== this.#width || height !== this.#height) this.#pulse.resized(now);
    [this.#width, this.#height] = [width, height];
    const level = this.#moments.level * brightness;
    const phase = isPicture ? this.#pictures.phase(frame) : frame.phase;
    const turn = task.safety !== "off" ? this.#pulse.next(level, now, phase) : undefined;
    // A picture that comes back begins in the dark: what is seen now is not what its guard remembers.
    const begins = isPicture && share === 0 && !this.#leaving;
    view.paint(moment, {
      window: windowOf(screen, extent, stage),
      palette: task.wallPalette,
      width,
      height,
      shape,
      brightness,
      turn: begins ? undefined : turn,
      picture: this.#pictures.on(
        { screen, extent, show: show.picture, alone },
        show.picture.moves,
        stage.ratio,
      ),
    });
    return true;
  }

  /**
   * Takes the host's picture, if a look shows it. Without one the look is hidden, and begins anew when there
   * is one. Returns whether there is one.
   */
  #takePicture({ now, wall, task }: LookFrame): boolean {
    if (!task.hand.freeze) this.#pictures.release();
    if (this.#leaving?.mode !== "picture" && this.#layer?.mode !== "picture") return false;
    if (this.#pictures.take(this.#options.picture?.(now, wall), task.hand)) return true;
    if (this.#leaving?.mode === "picture") {
      remove(this.#leaving);
      this.#leaving = this.#fadeFrom = undefined;
    } else if (!this.#leaving && this.#layer) {
      this.#layer.canvas.hidden = true;
      this.#fadeFrom = undefined;
    }
    return false;
  }

  /**
   * The share of its brightness that a look has while it leaves or comes, 0..1. One that leaves is removed
   * when it is dark: bright pixels go dark only in a fall of the wall, for which they may have to wait.
   */
  #fade({ now, phase, task }: LookFrame): number {
    this.#fadeFrom ??= now;
    const fadingMs = now - this.#fadeFrom;
    const share = Math.min(fadingMs / FADE_MS, 1);
    if (!this.#leaving) return share;
    const isDark = phase ? this.#hasFallen : fadingMs > FADE_MS + AFTERGLOW_MS;
    if (share === 1 && (isDark || task.safety === "off")) {
      remove(this.#leaving);
      this.#leaving = this.#fadeFrom = undefined;
    }
    this.#hasFallen = share === 1 && phase === "fall";
    return 1 - share;
  }

  /** Whether a pixel may still be lit. */
  isGlowing(now: number): boolean {
    return now - this.#litAt < AFTERGLOW_MS;
  }

  /** Hides the picture until the next {@link paint}. */
  hide(): void {
    for (const layer of [this.#leaving, this.#layer]) if (layer) layer.canvas.hidden = true;
  }

  dispose(): void {
    this.#disposed = true;
    for (const layer of [this.#leaving, this.#layer]) if (layer) remove(layer);
    this.#leaving = this.#layer = undefined;
  }

  /** Opens a layer with the look, in place of the present one. */
  async #open(): Promise<void> {
    const mode = this.#mode;
    const canvas = document.createElement("canvas");
    canvas.className = "look";
    canvas.setAttribute("aria-hidden", "true");
    const { plain = false, pixelsPlain, put, onLost } = this.#options;
    const context = plain
      ? null
      : canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false });
    const view = context
      ? (await import("./three/look-view.ts")).openView(canvas, context, mode)
      : (await import("./plain/plain-view.ts")).openPlainView(canvas, mode, pixelsPlain);
    if (this.#disposed || mode !== this.#mode) return view.dispose();
    const layer: Layer = { mode, canvas, view };
    // One that has not begun to come leaves no trace.
    if (this.#leaving && this.#layer) remove(this.#layer);
    else this.#leaving = this.#layer;
    this.#layer = layer;
    this.#fadeFrom = undefined;
    this.#pulse = new Pulse();
    canvas.hidden = true;
    put(canvas);
    this.#chooseResolution(canvas);
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      layer.view = undefined;
      canvas.hidden = true;
      if (layer === this.#layer && !this.#disposed) onLost?.();
    });
    // Everything on the GPU is lost, so all of it is made again.
    canvas.addEventListener("webglcontextrestored", () => {
      if (layer !== this.#layer) return;
      remove(layer);
      this.#layer = undefined;
      if (!this.#disposed) this.#open().catch(() => {});
    });
  }

  #chooseResolution(canvas: HTMLCanvasElement): void {
    const { size, pixelsMax, keepsResolution = false } = this.#options;
    const { width, height, ratio } = size(canvas);
    const pixels = Math.max(width * height * ratio ** 2, 1);
    if (keepsResolution && pixels === this.#pixels) return;
    this.#pixels = pixels;
    this.#resolution = new Resolution(pixels, undefined, pixelsMax);
  }
}

function remove({ view, canvas }: Layer): void {
  view?.dispose();
  canvas.remove();
}
