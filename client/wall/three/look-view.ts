import {
  OrthographicCamera,
  RawShaderMaterial,
  SRGBColorSpace,
  type Texture,
  WebGLRenderer,
  WebGLRenderTarget,
} from "three";
import type { LookMode } from "#protocol/wall.ts";
import type { Palette } from "../../light/colour.ts";
import type { LookMoment } from "../look/moment.ts";
import { stretchOf } from "../look/stage.ts";
import type { Showing, View } from "../view.ts";
import { drawBars } from "./bars.ts";
import { type Drawn, GLSL, palettesByPitch, paletteTexture, TO_SRGB } from "./drawn.ts";
import { drawFlow } from "./flow.ts";
import { FullPass, PASS_VERTEX } from "./full-pass.ts";
import { GuardPass } from "./guard-pass.ts";
import { drawParticles } from "./particles.ts";
import { drawPicture } from "./picture.ts";
import { drawRings } from "./rings.ts";
import { drawStencil } from "./stencil.ts";

const LOOKS: Record<LookMode, (palette: { value: unknown }) => Drawn> = {
  bars: drawBars,
  rings: drawRings,
  particles: drawParticles,
  flow: drawFlow,
  stencil: drawStencil,
  picture: drawPicture,
};

const COPY = /* glsl */ `
precision highp float;
uniform sampler2D picture;
uniform float brightness;
in vec2 uv;
out vec4 colour;
${TO_SRGB}
void main() {
  colour = vec4(toSrgb(texture(picture, uv).rgb * brightness), 1.0);
}`;

/** Draws a window of a look through the flash guard, with WebGL. */
export class LookView implements View {
  readonly #renderer: WebGLRenderer;
  readonly #camera = new OrthographicCamera(0, 1, 0, 1, -1, 1);
  readonly #colours: { value: Texture | null } = { value: null };
  readonly #wanted = new WebGLRenderTarget(1, 1, { depthBuffer: false });
  readonly #copy: FullPass;
  readonly #drawn: Drawn;
  #guard: GuardPass | undefined;
  #palettes: readonly Palette[] = [];

  constructor(renderer: WebGLRenderer, mode: LookMode) {
    this.#renderer = renderer;
    this.#wanted.texture.colorSpace = SRGBColorSpace;
    this.#drawn = LOOKS[mode](this.#colours);
    this.#copy = new FullPass(
      new RawShaderMaterial({
        glslVersion: GLSL,
        vertexShader: PASS_VERTEX,
        fragmentShader: COPY,
        uniforms: { picture: { value: null }, brightness: { value: 1 } },
        depthTest: false,
      }),
    );
  }

  /** Paints the canvas. */
  paint(moment: LookMoment, showing: Showing): void {
    const picture = this.picture(moment, showing);
    this.#copy.set({ picture, brightness: showing.turn ? 1 : showing.brightness });
    this.#copy.render(this.#renderer, null);
  }

  /** The picture as an sRGB texture. Without a guard the caller applies the brightness. */
  picture(moment: LookMoment, showing: Showing): Texture {
    const { window, palette, width, height, shape, brightness, turn, picture } = showing;
    this.#setPalettes(palettesByPitch(palette, moment.wall));
    this.#wanted.setSize(width, height);
    Object.assign(this.#camera, window);
    this.#camera.updateProjectionMatrix();
    const pixel = (window.bottom - window.top) / height;
    this.#drawn.update(moment, window, stretchOf(window, shape), this.#renderer, pixel, picture);
    this.#renderer.setRenderTarget(this.#wanted);
    this.#renderer.render(this.#drawn.object, this.#camera);
    if (!turn) {
      this.#guard?.dispose();
      this.#guard = undefined;
      return this.#wanted.texture;
    }
    this.#guard ??= new GuardPass();
    return this.#guard.allow(this.#renderer, this.#wanted.texture, width, height, turn, brightness);
  }

  dispose(): void {
    this.#drawn.dispose();
    this.#guard?.dispose();
    this.#copy.dispose();
    this.#wanted.dispose();
    this.#colours.value?.dispose();
  }

  #setPalettes(palettes: readonly Palette[]): void {
    if (palettes.length === this.#palettes.length && palettes.every((of, n) => of === this.#palettes[n]))
      return;
    this.#colours.value?.dispose();
    this.#colours.value = paletteTexture(palettes);
    this.#palettes = palettes;
  }
}

/**
 * Opens a view of a look with WebGL.
 * @param context of the canvas; the caller has made it to find out whether there is WebGL
 */
export function openView(canvas: HTMLCanvasElement, context: WebGL2RenderingContext, mode: LookMode): View {
  const renderer = new WebGLRenderer({ canvas, context, depth: false, antialias: false });
  renderer.setClearColor(0, 1);
  const view = new LookView(renderer, mode);
  return {
    paint(moment, showing) {
      const { width, height } = showing;
      if (canvas.width !== width || canvas.height !== height) renderer.setSize(width, height, false);
      view.paint(moment, showing);
    },
    dispose() {
      view.dispose();
      renderer.dispose();
    },
  };
}
