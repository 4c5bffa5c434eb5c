import {
  BufferAttribute,
  DynamicDrawUsage,
  InstancedBufferGeometry,
  InstancedInterleavedBuffer,
  InterleavedBufferAttribute,
  Mesh,
  Vector2,
} from "three";
import { FLOATS, GLOW, particlesMax, particlesOf } from "../look/particles.ts";
import { COLOUR, type Drawn, lightMaterial } from "./drawn.ts";

const VERTEX = /* glsl */ `
in vec2 corner;
in vec4 particle;
in float band;
out vec2 off;
out float level;
out float pitch;
uniform vec2 round;
uniform mat4 projectionMatrix;
uniform mat4 viewMatrix;
void main() {
  off = corner;
  level = particle.w;
  pitch = band;
  vec2 at = particle.xy + corner * particle.z * ${GLOW}.0 * round;
  gl_Position = projectionMatrix * viewMatrix * vec4(at, 0.0, 1.0);
}`;

const FRAGMENT = /* glsl */ `
precision highp float;
in vec2 off;
in float level;
in float pitch;
out vec4 light;
${COLOUR}
void main() {
  float square = dot(off, off);
  if (square >= 1.0) discard;
  float core = max(1.0 - 16.0 * square, 0.0);
  float left = 1.0 - sqrt(square);
  float halo = left * left * left;
  vec3 tint = colour(0.25 + 0.75 * level, pitch);
  float shine = level * level;
  light = vec4(tint * shine * (core * core * (0.35 + 0.65 * level) + 0.3 * halo), 1.0);
}`;

const CORNERS = new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]);

/** Draws particles that rise slowly, light up with their band and are pushed outward by the bass. */
export function drawParticles(palette: { value: unknown }): Drawn {
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute("corner", new BufferAttribute(CORNERS, 2));
  geometry.setIndex([0, 1, 2, 2, 1, 3]);
  let numbers = new Float32Array();
  let buffer: InstancedInterleavedBuffer;
  const material = lightMaterial(VERTEX, FRAGMENT, { palette, round: { value: new Vector2() } });
  const object = new Mesh(geometry, material);
  object.frustumCulled = false;
  return {
    object,
    update(moment, window, stretch, _renderer, pixel) {
      const most = particlesMax(window) * FLOATS;
      if (numbers.length < most) {
        numbers = new Float32Array(most);
        buffer = new InstancedInterleavedBuffer(numbers, FLOATS).setUsage(DynamicDrawUsage);
        geometry.setAttribute("particle", new InterleavedBufferAttribute(buffer, 4, 0));
        geometry.setAttribute("band", new InterleavedBufferAttribute(buffer, 1, 4));
      }
      const count = particlesOf(moment, window, numbers, pixel);
      geometry.instanceCount = count;
      // There is room for many more than there are.
      buffer.clearUpdateRanges();
      buffer.addUpdateRange(0, count * FLOATS);
      buffer.needsUpdate = true;
      material.uniforms.round!.value.set(stretch ** -0.5, stretch ** 0.5);
    },
    dispose() {
      geometry.dispose();
      material.dispose();
    },
  };
}
