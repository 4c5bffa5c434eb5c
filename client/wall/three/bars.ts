import { DataTexture, FloatType, RGFormat } from "three";
import { FREE } from "../../light/pixel-guard.ts";
import { barCount, barsOf } from "../look/bars.ts";
import { COLOUR, type Drawn, drawWhole } from "./drawn.ts";

const FRAGMENT = /* glsl */ `
precision highp float;
uniform sampler2D bars;
uniform vec2 size;
in vec2 at;
out vec4 light;

const float HALF = 0.31;
${COLOUR}

/* The brightness of a glow that extends to a distance, reach, at the distance off from its source. */
float near(float off, float reach) {
  float left = max(1.0 - off / reach, 0.0);
  return left * left * left;
}

/* The glow around a bar. It ends before the third bar beside it. */
vec3 glow(vec2 tops, float pitch, float aside, float above, float wide) {
  float off = length(max(vec2(aside, above), 0.0));
  float shine = 0.10 * near(off, wide) + 0.05 * near(off, 2.6 * wide);
  return colour(0.2 + 0.7 * tops.r, pitch) * shine * tops.r;
}

/* A bar, brightest at its top, and the peak above it. */
vec3 body(vec2 tops, float pitch, float aside, float above, float h, vec2 pixel) {
  float inside = 1.0 - smoothstep(-pixel.x, pixel.x, aside);
  float under = 1.0 - smoothstep(-pixel.y, pixel.y, above);
  float depth = max(-above, 0.0) / size.y;
  vec3 flame = colour(0.2 + 0.8 * h, pitch) * under * (0.14 + 0.86 * exp(-6.0 * depth));
  float line = 1.0 - smoothstep(0.0, pixel.y, abs(h - tops.g) * size.y - 0.004);
  vec3 peak = colour(0.25 + 0.75 * tops.g, pitch) * line * smoothstep(0.02, 0.05, tops.g);
  /* Dim enough that the flash guard allows it to fall at any time. */
  peak *= min(${(0.9 * FREE).toFixed(4)} / max(dot(peak, vec3(0.2126, 0.7152, 0.0722)), 0.001), 0.7);
  return (flame + peak) * inside;
}

void main() {
  float count = float(textureSize(bars, 0).x);
  float place = at.x / size.x * count;
  float wide = size.x / count;
  vec2 pixel = fwidth(at);
  float h = 1.0 - at.y / size.y;
  vec3 sum = vec3(0.0);
  for (int n = -2; n <= 2; n++) {
    int index = int(floor(place)) + n;
    if (index < 0 || index >= int(count)) continue;
    vec2 tops = texelFetch(bars, ivec2(index, 0), 0).rg;
    float aside = (abs(place - float(index) - 0.5) - HALF) * wide;
    float above = (h - tops.r) * size.y;
    float pitch = (float(index) + 0.5) / count;
    sum += glow(tops, pitch, aside, above, wide);
    if (n == 0) sum += body(tops, pitch, aside, above, h, pixel);
  }
  light = vec4(sum, 1.0);
}`;

/** Draws bars from the bottom of the wall: low frequencies on the left, high ones on the right. */
export function drawBars(palette: { value: unknown }): Drawn {
  let numbers = new Float32Array(2);
  let texture = heights(numbers);
  const whole = drawWhole(FRAGMENT, palette, { bars: { value: texture } });
  return {
    object: whole.object,
    update(moment) {
      const count = barCount(moment.stage);
      if (numbers.length !== 2 * count) {
        texture.dispose();
        numbers = new Float32Array(2 * count);
        texture = heights(numbers);
        whole.uniforms.bars!.value = texture;
      }
      barsOf(moment, numbers);
      texture.needsUpdate = true;
      whole.resize(moment.stage);
    },
    dispose() {
      whole.dispose();
      texture.dispose();
    },
  };
}

function heights(numbers: Float32Array<ArrayBuffer>): DataTexture {
  return new DataTexture(numbers, numbers.length / 2, 1, RGFormat, FloatType);
}
