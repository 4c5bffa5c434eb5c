import {
  DataTexture,
  type GLSL3,
  LinearFilter,
  type Object3D,
  RGBAFormat,
  SRGBColorSpace,
  type WebGLRenderer,
} from "three";
import type { Palette } from "../../light/colour.ts";
import { pitchBand } from "../../light/layout.ts";
import type { LookMoment } from "../look/moment.ts";
import type { Window } from "../look/stage.ts";

/** A look as a three.js object: additive light on black, in the look's coordinates. */
export interface Drawn {
  readonly object: Object3D;
  /**
   * Updates it to a moment.
   * @param window the part of the look that is drawn
   * @param stretch factor by which the screen stretches the window horizontally
   */
  update(moment: LookMoment, window: Window, stretch: number, renderer: WebGLRenderer): void;
  dispose(): void;
}

/** The shaders' language version: the value of `GLSL3` in three.js, with the type that three.js expects. */
export const GLSL: typeof GLSL3 = "300 es";

/** Pitches for which a palette's texture has a row. */
const PITCHES = 8;

/** What a palette is at a time of the wall clock for each row of its texture, from low to high pitches. */
export function palettesByPitch(palette: Palette, wall: number): readonly Palette[] {
  if (!palette.of) return [palette.at?.(wall) ?? palette];
  return Array.from({ length: PITCHES }, (_, row) => {
    const own = palette.of!(pitchBand(row / PITCHES, (row + 1) / PITCHES));
    return own.at?.(wall) ?? own;
  });
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
export const WHOLE_VERTEX = /* glsl */ `
in vec3 position;
out vec2 at;
uniform vec2 size;
uniform mat4 projectionMatrix;
uniform mat4 viewMatrix;
void main() {
  at = (position.xy + 0.5) * size;
  gl_Position = projectionMatrix * viewMatrix * vec4(at, 0.0, 1.0);
}`;
