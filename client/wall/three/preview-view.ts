import { type Texture, WebGLRenderer } from "three";
import type { Extent, LookMode } from "#protocol/wall.ts";
import type { LookMoment } from "../look/moment.ts";
import { PLACE_RATIO } from "../look/stage.ts";
import type { Showing } from "../view.ts";
import { LookView } from "./look-view.ts";
import { Orbit } from "./orbit.ts";
import { type PanelLight, type PanelPlace, Panels } from "./panels.ts";

/** Number of pixels of a picture that is shown on panels. */
const PICTURE_PIXELS = 500_000;

/** A look on the panels. */
export interface Picture {
  mode: LookMode;
  moment: LookMoment;
  showing: Omit<Showing, "width" | "height" | "shape">;
}

/** The preview of a wall: its panels in a dark hall, seen from any side. */
export class PreviewView {
  readonly orbit = new Orbit();
  readonly #canvas: HTMLCanvasElement;
  readonly #renderer: WebGLRenderer;
  readonly #panels = new Panels();
  #look: { mode: LookMode; view: LookView } | undefined;

  /** @throws Error without WebGL */
  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#renderer = new WebGLRenderer({ canvas, antialias: true, alpha: false });
    this.#renderer.setClearColor(0x07070a, 1);
  }

  /**
   * Paints a frame.
   * @param elapsed since the last frame, s
   * @param scale factor of the canvas's resolution, 0..1
   */
  paint(
    places: readonly PanelPlace[],
    extent: Extent,
    lightOf: (id: string) => PanelLight | undefined,
    picture: Picture | undefined,
    elapsed: number,
    scale: number,
  ): void {
    const { clientWidth, clientHeight } = this.#canvas;
    if (clientWidth * clientHeight === 0) return;
    const ratio = devicePixelRatio * scale;
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#renderer.setSize(width, height, false);
    }
    const map = this.#pictureOf(picture);
    this.#panels.arrange(places, extent);
    this.#panels.light(lightOf, map);
    this.orbit.update(
      elapsed,
      { width: extent.width * PLACE_RATIO, height: extent.height },
      clientWidth / clientHeight,
    );
    this.#renderer.setRenderTarget(null);
    this.#renderer.render(this.#panels.scene, this.orbit.camera);
  }

  dispose(): void {
    this.#look?.view.dispose();
    this.#panels.dispose();
    this.#renderer.dispose();
  }

  #pictureOf(picture: Picture | undefined): Texture | null {
    if (this.#look?.mode !== picture?.mode) {
      this.#look?.view.dispose();
      this.#look = picture && { mode: picture.mode, view: new LookView(this.#renderer, picture.mode) };
    }
    if (!picture || !this.#look) return null;
    const { width, height } = picture.moment.stage;
    const scale = Math.sqrt(PICTURE_PIXELS / (width * height));
    const size = {
      width: Math.round(width * scale),
      height: Math.round(height * scale),
      shape: width / height,
    };
    return this.#look.view.picture(picture.moment, { ...picture.showing, ...size });
  }
}
