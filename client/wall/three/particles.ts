import {
  AdditiveBlending,
  BufferAttribute,
  DoubleSide,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  RawShaderMaterial,
  Vector2,
} from "three";
import { FLOATS, GLOW, particlesMax, particlesOf } from "../look/particles.ts";
import { type Drawn, GLSL } from "./drawn.ts";

const VERTEX = /* glsl */ `
in vec2 corner;
in vec4 particle;
out vec2 off;
out float level;
uniform vec2 round;
uniform mat4 projectionMatrix;
uniform mat4 viewMatrix;
void main() {
  off = corner;
  level = particle.w;
  vec2 at = particle.xy + corner * particle.z * ${GLOW}.0 * round;
  gl_Position = projectionMatrix * viewMatrix * vec4(at, 0.0, 1.0);
}`;

const FRAGMENT = /* glsl */ `
precision highp float;
uniform sampler2D palette;
in vec2 off;
in float level;
out vec4 light;
void main() {
  float square = dot(off, off);
  if (square >= 1.0) discard;
  float core = max(1.0 - 16.0 * square, 0.0);
  float left = 1.0 - sqrt(square);
  float halo = left * left * left;
  vec3 colour = texture(palette, vec2(clamp(0.25 + 0.75 * level, 0.0, 1.0), 0.5)).rgb;
  float shine = level * level;
  light = vec4(colour * shine * (core * core * (0.35 + 0.65 * level) + 0.3 * halo), 1.0);
}`;

const CORNERS = new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]);

/** Draws particles that rise slowly, light up with their band and are pushed outward by the bass. */
export function drawParticles(palette: { value: unknown }): Drawn {
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute("corner", new BufferAttribute(CORNERS, 2));
  geometry.setIndex([0, 1, 2, 2, 1, 3]);
  let numbers = new Float32Array();
  const material = new RawShaderMaterial({
    glslVersion: GLSL,
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    uniforms: { palette, round: { value: new Vector2() } },
    blending: AdditiveBlending,
    depthTest: false,
    side: DoubleSide,
  });
  const object = new Mesh(geometry, material);
  object.frustumCulled = false;
  return {
    object,
    update(moment, window, stretch) {
      const most = particlesMax(window) * FLOATS;
      if (numbers.length < most) {
        numbers = new Float32Array(most);
        geometry.setAttribute(
          "particle",
          new InstancedBufferAttribute(numbers, FLOATS).setUsage(DynamicDrawUsage),
        );
      }
      geometry.instanceCount = particlesOf(moment, window, numbers);
      geometry.attributes.particle!.needsUpdate = true;
      material.uniforms.round!.value.set(stretch ** -0.5, stretch ** 0.5);
    },
    dispose() {
      geometry.dispose();
      material.dispose();
    },
  };
}
