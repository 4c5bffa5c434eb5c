import { TO_SRGB } from "./drawn.ts";

/** Gap on each side of a panel, in heights of a place. The bezel fills it. */
export const GAP = 0.03;
/** Size of a panel's glow, relative to the panel. */
const GLOW = 2.6;
/** Brightness of the glow at the panel's edge. */
const GLOW_LIGHT = 0.2;
/** Share of a panel's light that the floor reflects at the edge. */
const MIRRORED = 0.32;
/** Height up to which panels are reflected, in heights of a place. */
const MIRRORED_HEIGHT = 1.3;

const glsl = (value: number) => value.toFixed(4);

/** The parts of a panel, each drawn in one call for all panels. */
export const KINDS = ["glow", "bezel", "face", "mirror"] as const;
export type Kind = (typeof KINDS)[number];

/** Size of each part, from the size of the panel. */
const SIZES: Record<Kind, string> = {
  glow: `rect.zw * ${glsl(GLOW)}`,
  bezel: `rect.zw + ${glsl(2 * GAP)}`,
  face: "rect.zw",
  mirror: "rect.zw",
};
/** How far in front of the wall each part is. */
const DEPTHS: Record<Kind, number> = { glow: -0.06, bezel: -0.01, face: 0, mirror: 0 };

/** `rect`: centre and size of a panel. `part`: origin and size of its part of the picture. */
export const vertexOf = (kind: Kind) => /* glsl */ `
in vec3 position;
in vec4 rect;
in vec4 part;
in vec3 colour;
in vec3 glow;
out vec2 uv;
out vec2 corner;
out vec3 light;
out float above;
uniform float ground;
uniform mat4 projectionMatrix;
uniform mat4 viewMatrix;
void main() {
  vec2 at = rect.xy + position.xy * (${SIZES[kind]});
  uv = part.xy + (position.xy + 0.5) * part.zw;
  corner = 2.0 * position.xy;
  light = ${kind === "glow" ? "glow" : "colour"};
  above = at.y - ground;
  ${kind === "mirror" ? "at.y = 2.0 * ground - at.y;" : ""}
  gl_Position = projectionMatrix * viewMatrix * vec4(at, ${glsl(DEPTHS[kind])}, 1.0);
}`;

const SHADES: Record<Kind, string> = {
  glow: /* glsl */ `
  vec2 off = max(abs(corner) - ${glsl(1 / GLOW)}, 0.0);
  float left = max(1.0 - length(off) / ${glsl(1 - 1 / GLOW)}, 0.0);
  vec3 shown = light * ${glsl(GLOW_LIGHT)} * left * left * left * left;`,
  bezel: "vec3 shown = vec3(0.0015);",
  face: "vec3 shown = light * shownOf(uv);",
  mirror: /* glsl */ `
  float left = max(1.0 - above / ${glsl(MIRRORED_HEIGHT)}, 0.0);
  vec3 shown = light * shownOf(uv) * ${glsl(MIRRORED ** 2)} * left * left * left;`,
};

export const fragmentOf = (kind: Kind) => /* glsl */ `
precision highp float;
uniform sampler2D picture;
uniform bool pictured;
in vec2 uv;
in vec2 corner;
in vec3 light;
in float above;
out vec4 shade;
${TO_SRGB}
vec3 shownOf(vec2 point) {
  return pictured ? texture(picture, point).rgb : vec3(1.0);
}
void main() {
  ${SHADES[kind]}
  shade = vec4(toSrgb(shown), 1.0);
}`;
