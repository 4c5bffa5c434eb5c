import { DataTexture, type GLSL3, LinearFilter, type Object3D, RGBAFormat, SRGBColorSpace } from "three";
import type { Palette } from "../../light/colour.ts";
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
  update(moment: LookMoment, window: Window, stretch: number): void;
  dispose(): void;
}

/** The shaders' language version: the value of `GLSL3` in three.js, with the type that three.js expects. */
export const GLSL: typeof GLSL3 = "300 es";

/** A palette as a texture: its colour by level 0..1, read as linear light. */
export function paletteTexture({ colours }: Palette): DataTexture {
  const bytes = new Uint8Array(colours.flatMap((rgb) => [...rgb, 255]));
  const texture = new DataTexture(bytes, colours.length, 1, RGBAFormat);
  texture.colorSpace = SRGBColorSpace;
  texture.minFilter = texture.magFilter = LinearFilter;
  texture.needsUpdate = true;
  return texture;
}

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
