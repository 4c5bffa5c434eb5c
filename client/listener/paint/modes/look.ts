import type { Extent, LookMode, Screen, Show } from "#protocol/wall.ts";
import { BandLevels } from "../../../light/band-levels.ts";
import type { Beats } from "../../../light/beats.ts";
import type { FlashPhase } from "../../../light/flash-guard.ts";
import type { Spans } from "../../../light/light-map.ts";
import type { ScreenTask } from "../../../light/screen-light.ts";
import type { LookMoment } from "../../../wall/look/moment.ts";
import { Pulse } from "../../../wall/look/pulse.ts";
import { stageOf, windowOf } from "../../../wall/look/stage.ts";
import { Resolution } from "../../../wall/resolution.ts";
import { Stencils } from "../../../wall/stencils.ts";
import type { View } from "../../../wall/view.ts";

/**
 * Time in which a look fades to dark before another one takes its place, and in which that one lights up.
 * Each is limited by a flash guard of its own, so they are not shown one over the other.
 */
const FADE_MS = 350;

/** Time after which every pixel of a picture that was switched off is dark. */
const AFTERGLOW_MS = 600;

/** A screen in its wall, as far as a look needs it. */
export interface Place {
  screen: Pick<Screen, "x" | "y" | "width" | "height">;
  extent: Extent;
  show: Pick<Show, "origin" | "stencil">;
  /** Whether it is the only screen of the wall. */
  alone: boolean;
}

/** The input of a frame. */
export interface Frame {
  /** Time of the frame, ms. */
  now: number;
  /** The wall clock, ms. */
  wall: number;
  /** Media time to paint, ms. */
  media: number;
  beats: Beats;
  /** What is dark and what is bright. */
  spans: Spans;
  task: ScreenTask;
  /** 0..1; 0 is dark. */
  brightness: number;
  /** The wall's phase; undefined if each screen decides. */
  phase: FlashPhase | undefined;
}

/** A canvas with what paints a look on it. */
interface Layer {
  readonly canvas: HTMLCanvasElement;
  /** Undefined while the GPU is lost. */
  view: View | undefined;
}

/** A picture on a screen: its window of a look, on a canvas over the solid colour. */
export class Look {
  #mode: LookMode;
  readonly #before: Element;
  readonly #sampleRate: () => number;
  #layer: Layer | undefined;
  /** The look before, while it fades. */
  #leaving: Layer | undefined;
  /** The look that leaves was painted without any light in a fall of the wall. */
  #hasFallen = false;
  /** When the present fade began, ms. */
  #fadeFrom: number | undefined;
  #bands: BandLevels | undefined;
  /** Sample rate of the spectra in {@link #bands}, Hz. */
  #rate = 0;
  #place: Place | undefined;
  readonly #stencils = new Stencils();
  #pulse = new Pulse();
  #resolution = new Resolution(1);
  /** Size of the picture painted last, in pixels. */
  #width = 0;
  #height = 0;
  #moment: LookMoment | undefined;
  #paintedAt = Number.NEGATIVE_INFINITY;
  #litAt = Number.NEGATIVE_INFINITY;
  #disposed = false;

  /**
   * @param before the canvas is inserted after this element
   * @param sampleRate returns the sample rate of the spectra, Hz
   */
  constructor(mode: LookMode, before: Element, sampleRate: () => number) {
    this.#mode = mode;
    this.#before = before;
    this.#sampleRate = sampleRate;
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

  /**
   * Adds a spectrum at its media time, ms.
   * @param spectrum dB per bin
   * @param weights factor for the power of each bin
   */
  add(spectrum: Float32Array, media: number, weights: Float32Array | undefined): void {
    const rate = this.#sampleRate();
    if (rate !== this.#rate) this.#bands = new BandLevels(rate, spectrum.length * 2);
    this.#rate = rate;
    this.#bands?.add(spectrum, media, weights);
  }

  /** Paints a frame. Returns false while it cannot, and the solid colour must be visible. */
  paint(frame: Frame): boolean {
    const { task } = frame;
    const brightness = frame.brightness * this.#fade(frame);
    const { canvas, view } = this.#leaving ?? this.#layer ?? {};
    if (!canvas || !view || !this.#place || !this.#bands) return false;
    if (frame.brightness > 0) this.#litAt = frame.now;
    canvas.hidden = !this.isGlowing(frame.now);
    if (canvas.hidden) return true;
    const { clientWidth, clientHeight } = canvas;
    if (clientWidth * clientHeight === 0) return false;
    this.#resolution.add(frame.now - this.#paintedAt);
    this.#paintedAt = frame.now;
    const shape = clientWidth / clientHeight;
    const { screen, extent, show, alone } = this.#place;
    const stage = stageOf(extent, show.origin, alone ? shape : undefined);
    if (!task.hand.freeze || !this.#moment) {
      const { beats, media, spans, wall } = frame;
      const { energy, pattern } = task;
      this.#bands.seek(media, spans, energy);
      const beatAges = beats.at(media).map((beat) => media - beat);
      const inBar = beats.inBar(media);
      const shape = this.#stencils.shape(show.stencil, frame.now, wall);
      this.#moment = { stage, pattern, wall, media, inBar, shape, bands: this.#bands, beatAges };
    }
    const scale = this.#resolution.scale * devicePixelRatio;
    const width = Math.max(Math.round(clientWidth * scale), 1);
    const height = Math.max(Math.round(clientHeight * scale), 1);
    if (width !== this.#width || height !== this.#height) this.#pulse.resized(frame.now);
    [this.#width, this.#height] = [width, height];
    view.paint(
      { ...this.#moment, stage },
      {
        window: windowOf(screen, extent, stage),
        palette: task.wallPalette,
        width,
        height,
        shape,
        brightness,
        turn:
          task.safety !== "off"
            ? this.#pulse.next(this.#bands.whole(0) * brightness, frame.now, frame.phase)
            : undefined,
      },
    );
    return true;
  }

  /**
   * The share of its brightness that a look has while it leaves or comes, 0..1. One that leaves is removed
   * when it is dark: bright pixels go dark only in a fall of the wall, for which they may have to wait.
   */
  #fade({ now, phase, task }: Frame): number {
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
    const context = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false });
    const view = context
      ? (await import("../../../wall/three/look-view.ts")).openView(canvas, context, mode)
      : (await import("../../../wall/plain/plain-view.ts")).openPlainView(canvas, mode);
    if (this.#disposed || mode !== this.#mode) return view.dispose();
    const layer: Layer = { canvas, view };
    // One that has not begun to come leaves no trace.
    if (this.#leaving && this.#layer) remove(this.#layer);
    else this.#leaving = this.#layer;
    this.#layer = layer;
    this.#fadeFrom = undefined;
    this.#pulse = new Pulse();
    const pixels = innerWidth * innerHeight * devicePixelRatio ** 2;
    this.#resolution = new Resolution(Math.max(pixels, 1));
    canvas.hidden = true;
    this.#before.after(canvas);
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      layer.view = undefined;
      canvas.hidden = true;
    });
    // Everything on the GPU is lost, so all of it is made again.
    canvas.addEventListener("webglcontextrestored", () => {
      if (layer !== this.#layer) return;
      remove(layer);
      this.#layer = undefined;
      if (!this.#disposed) this.#open().catch(() => {});
    });
  }
}

function remove({ view, canvas }: Layer): void {
  view?.dispose();
  canvas.remove();
}
