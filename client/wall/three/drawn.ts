import {
  AdditiveBlending,
  DataTexture,
  DoubleSide,
  type GLSL3,
  type IUniform,
  LinearFilter,
  Mesh,
  type Object3D,
  PlaneGeometry,
  RawShaderMaterial,
  RGBAFormat,
  SRGBColorSpace,
  Vector2,
  type WebGLRenderer,
} from "three";
import type { Palette } from "../../light/colour.ts";
import type { LookMoment } from "../look/moment.ts";
import { pitchPalette } from "../look/palette.ts";
import type { ShownPicture } from "../look/picture.ts";
import type { Stage, Window } from "../look/stage.ts";

/** A look as a three.js object: additive light on black, in the look's coordinates. */
export interface Drawn {
  readonly object: Object3D;
  /**
   * Updates it to a moment.
   * @param window the part of the look that is drawn
   * @param stretch factor by which the screen stretches the window horizontally
   * @param pixel height of a pixel, in heights of a place
   * @param picture the host's picture, if there is one
   */
  update(
    moment: LookMoment,
    window: Window,
    stretch: number,
    renderer: WebGLRenderer,
    pixel: number,
    picture?: ShownPicture,
  ): void;
  dispose(): void;
}

/** The shaders' language version: the value of `GLSL3` in three.js, with the type that three.js expects. */
export const GLSL: typeof GLSL3 = "300 es";

/** Pitches for which a palette's texture has a row. */
const PITCHES = 8;

/** What a palette is for each row of its texture, from low pitches to high ones; `wall` is in ms. */
export function palettesByPitch(palette: Palette, wall: number): readonly Palette[] {
  const rows = palette.of ? PITCHES : 1;
  return Array.from({ length: rows }, (_, row) => pitchPalette(palette, (row + 0.5) / rows, wall));
}

/** Palettes as a texture: colours by level 0..1 and pitch 0..1, read as linear light. */
export function paletteTexture(rows: readonly Palette[]): DataTexture {
  const bytes = new Uint8Array(rows.flatMap(({ colours }) => colours.flatMap((rgb) => [...rgb, 255])));
  const texture = new DataTexture(bytes, bytes.length / 4 / rows.length, rows.length, RGBAFormat);
  texture.colorSpace = SRGBColorSpace;
  texture.minFilter = texture.magFilter = LinearFilter;
  texture.needsUpdate = true;
  return texture;
}

/** GLSL function for the colour of a level at a pitch, each 0..1. */
export const COLOUR = /* glsl */ `
uniform sampler2D palette;
vec3 colour(float level, float pitch) {
  return texture(palette, vec2(clamp(level, 0.0, 1.0) * (255.0 / 256.0) + 0.5 / 256.0, pitch)).rgb;
}`;

/** GLSL function from linear light to sRGB, which a canvas expects. */
export const TO_SRGB = /* glsl */ `
vec3 toSrgb(vec3 light) {
  vec3 steep = 1.055 * pow(light, vec3(1.0 / 2.4)) - 0.055;
  return mix(steep, 12.92 * light, vec3(lessThanEqual(light, vec3(0.0031308))));
}`;

/** Vertex shader for a rectangle over the whole look; `at` is the point of the look. */
const WHOLE_VERTEX = /* glsl */ `
in vec3 position;
out vec2 at;
uniform vec2 size;
uniform mat4 projectionMatrix;
uniform mat4 viewMatrix;
void main() {
  at = (position.xy + 0.5) * size;
  gl_Position = projectionMatrix * viewMatrix * vec4(at, 0.0, 1.0);
}`;

/** A rectangle over the whole look, with a fragment shader that gets the point of the look, `at`. */
export interface Whole {
  readonly object: Object3D;
  readonly uniforms: Record<string, IUniform>;
  /** Sets the size of the look, in heights of a place. */
  resize(stage: Pick<Stage, "width" | "height">): void;
  dispose(): void;
}

/** Makes such a rectangle. The shader also gets the uniforms `palette` and `size`. */
export function drawWhole(
  fragmentShader: string,
  palette: { value: unknown },
  uniforms: Record<string, IUniform>,
): Whole {
  const geometry = new PlaneGeometry();
  const size = { value: new Vector2() };
  const material = lightMaterial(WHOLE_VERTEX, fragmentShader, { ...uniforms, palette, size });
  const object = new Mesh(geometry, material);
  object.frustumCulled = false;
  return {
    object,
    uniforms: material.uniforms,
    resize({ width, height }) {
      size.value.set(width, height);
    },
    dispose() {
      geometry.dispose();
      material.dispose();
    },
  };
}

/** A material whose light is added to what is there. */
export function lightMaterial(
  vertexShader: string,
  fragmentShader: string,
  uniforms: Record<string, IUniform>,
): RawShaderMaterial {
  return new RawShaderMaterial({
    glslVersion: GLSL,
    vertexShader,
    fragmentShader,
    uniforms,
    blending: AdditiveBlending,
    depthTest: false,
    side: DoubleSide,
  });
}
