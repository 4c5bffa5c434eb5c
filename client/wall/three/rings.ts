import { DataTexture, LinearFilter, RedFormat, Vector2 } from "three";
import { RINGS, ringsOf, SECTORS } from "../look/rings.ts";
import { COLOUR, type Drawn, drawWhole } from "./drawn.ts";

const FRAGMENT = /* glsl */ `
precision highp float;
uniform sampler2D rings;
uniform vec2 origin;
uniform float apart;
in vec2 at;
out vec4 light;

${COLOUR}

/* The brightness of a glow that extends to a distance, reach, at the distance off from its source. */
float near(float off, float reach) {
  float left = max(1.0 - off / reach, 0.0);
  return left * left * left;
}

void main() {
  vec2 away = at - origin;
  float place = length(away) / apart;
  /* Interpolates smoothly between the centres of two sectors. */
  float sector = atan(abs(away.x), -away.y) / 3.14159265 * ${SECTORS}.0 - 0.5;
  float direction = (floor(sector) + smoothstep(0.0, 1.0, fract(sector)) + 0.5) / ${SECTORS}.0;
  float pixel = fwidth(place);
  vec3 sum = vec3(0.0);
  for (int n = -2; n <= 1; n++) {
    int ring = int(floor(place)) + n;
    if (ring < 0 || ring >= ${RINGS}) continue;
    float level = texture(rings, vec2(direction, (float(ring) + 0.5) / ${RINGS}.0)).r;
    /* Loud sound bends the ring outward. */
    float off = abs(place - (float(ring) + 0.3 + 1.1 * level * level));
    float thin = 0.02 + 0.12 * level * level;
    float line = 1.0 - smoothstep(thin - pixel, thin + pixel, off);
    float shine = line * (0.2 + 0.8 * level) + level * (0.2 * near(off, 0.45) + 0.08 * near(off, 1.0));
    sum += colour(0.14 + 0.86 * level, direction) * level * shine;
  }
  light = vec4(sum, 1.0);
}`;

/** Draws rings around the origin, on which sound travels outward. */
export function drawRings(palette: { value: unknown }): Drawn {
  const numbers = new Float32Array(RINGS * SECTORS);
  // Bytes, because every GPU can interpolate textures of bytes.
  const bytes = new Uint8Array(numbers.length);
  const texture = new DataTexture(bytes, SECTORS, RINGS, RedFormat);
  texture.minFilter = texture.magFilter = LinearFilter;
  const whole = drawWhole(FRAGMENT, palette, {
    rings: { value: texture },
    origin: { value: new Vector2() },
    apart: { value: 1 },
  });
  return {
    object: whole.object,
    update(moment) {
      const { origin, reach } = moment.stage;
      ringsOf(moment, numbers);
      for (const [n, level] of numbers.entries()) bytes[n] = Math.round(255 * level);
      texture.needsUpdate = true;
      whole.resize(moment.stage);
      whole.uniforms.origin!.value.set(origin.x, origin.y);
      whole.uniforms.apart!.value = reach / RINGS;
    },
    dispose() {
      whole.dispose();
      texture.dispose();
    },
  };
}
