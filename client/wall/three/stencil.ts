import { DataTexture, LinearFilter, RedFormat, Vector4 } from "three";
import { STENCIL_EDGE, STENCIL_REACH } from "#protocol/stencil.ts";
import type { Shape } from "../look/shape.ts";
import { boxOf, COLUMNS, LINE_APART, LINES, stencilLevels } from "../look/stencil.ts";
import { COLOUR, type Drawn, drawWhole } from "./drawn.ts";

const FRAGMENT = /* glsl */ `
precision highp float;
uniform sampler2D shape;
uniform sampler2D columns;
uniform sampler2D lines;
uniform vec4 box;
in vec2 at;
out vec4 light;

${COLOUR}

/* How far a point of the shape is inside it, in heights of the shape; beyond its box, further away. */
float insideAt(vec2 uv) {
  vec2 held = clamp(uv, 0.0, 1.0);
  float inside = (texture(shape, held).r * 255.0 - ${STENCIL_EDGE}.0) / 127.0 * ${STENCIL_REACH.toFixed(4)};
  return inside - length((uv - held) * vec2(box.z / box.w, 1.0));
}

void main() {
  vec2 uv = (at - box.xy) / box.zw;
  float inside = insideAt(uv);
  /* Where the distance is beyond its reach it does not change. */
  float pixel = max(fwidth(inside), 0.0005);
  float pitch = clamp(uv.x, 0.0, 1.0);
  float level = texture(columns, vec2(pitch, 0.5)).r;
  float within = smoothstep(-pixel, pixel, inside);
  /* Filled from below to the level, with a bright surface; above it a faint glow. */
  float above = (1.0 - level) - uv.y;
  float filled = smoothstep(0.02, -0.02, above);
  float surface = exp(-pow(above / 0.03, 2.0));
  /* Bright enough that words can be read where it is quiet. */
  float glow = 0.16 + 0.1 * level;
  float fill = within * (glow + filled * (0.35 + 0.45 * level) + 0.4 * surface * level);
  float edge = exp(-pow(inside / 0.012, 2.0)) * (0.25 + 0.75 * level);
  vec3 sum = colour(0.5 + 0.5 * level, pitch) * (fill + 0.7 * edge);

  /* Lines around the shape. */
  float place = max(-inside, 0.0) / ${LINE_APART.toFixed(4)};
  float line = floor(place + 0.5);
  if (line >= 1.0 && line <= ${LINES}.0) {
    float loud = texture(lines, vec2((line - 0.5) / ${LINES}.0, 0.5)).r;
    float thin = 0.03 + 0.16 * loud * loud;
    float wide = pixel / ${LINE_APART.toFixed(4)};
    float on = 1.0 - smoothstep(thin - wide, thin + wide, abs(place - line));
    sum += colour(0.2 + 0.8 * loud, pitch) * loud * (0.75 * on + 0.1 * (1.0 - abs(place - line)));
  }
  light = vec4(min(sum, 1.0), 1.0);
}`;

/** Draws light through the wall's stencil. */
export function drawStencil(palette: { value: unknown }): Drawn {
  const numbers = new Float32Array(COLUMNS + LINES);
  // Bytes, because every GPU can interpolate textures of bytes.
  const bytes = new Uint8Array(numbers.length);
  const columns = smooth(bytes.subarray(0, COLUMNS), COLUMNS, 1);
  const lines = smooth(bytes.subarray(COLUMNS), LINES, 1);
  let shape: Shape | undefined;
  let texture: DataTexture | undefined;
  const whole = drawWhole(FRAGMENT, palette, {
    shape: { value: null },
    columns: { value: columns },
    lines: { value: lines },
    box: { value: new Vector4() },
  });
  return {
    object: whole.object,
    update(moment) {
      if (moment.shape !== shape) {
        texture?.dispose();
        shape = moment.shape;
        texture = smooth(shape.distances, shape.width, shape.height);
        whole.uniforms.shape!.value = texture;
      }
      const box = boxOf(moment.stage, moment.shape);
      stencilLevels(moment, box, numbers);
      for (const [n, level] of numbers.entries()) bytes[n] = Math.round(255 * level);
      columns.needsUpdate = lines.needsUpdate = true;
      whole.uniforms.box!.value.set(box.left, box.top, box.width, box.height);
      whole.resize(moment.stage);
    },
    dispose() {
      whole.dispose();
      texture?.dispose();
      columns.dispose();
      lines.dispose();
    },
  };
}

/** One byte for each pixel, interpolated between them. */
function smooth(bytes: Uint8Array, width: number, height: number): DataTexture {
  const texture = new DataTexture(bytes, width, height, RedFormat);
  texture.minFilter = texture.magFilter = LinearFilter;
  // Rows of bytes follow one another without a gap.
  texture.unpackAlignment = 1;
  texture.needsUpdate = true;
  return texture;
}
