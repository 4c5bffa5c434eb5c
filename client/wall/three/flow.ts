import {
  DataTexture,
  LinearFilter,
  MirroredRepeatWrapping,
  RawShaderMaterial,
  RedFormat,
  Vector2,
  type WebGLRenderer,
  WebGLRenderTarget,
} from "three";
import { flowAt, SPOKES, STEP_MS, STEPS_MAX, spokesOf } from "../look/flow.ts";
import type { LookMoment } from "../look/moment.ts";
import { COLOUR, type Drawn, drawWhole, GLSL } from "./drawn.ts";
import { FullPass, PASS_VERTEX } from "./full-pass.ts";

/** Pixels of the flow over the whole wall, whatever its shape. */
const PIXELS = 48_000;

/** One step. Red, green and blue are the levels of low, middle and high bands. */
const STEP = /* glsl */ `
precision highp float;
uniform sampler2D before;
uniform sampler2D spokes;
uniform vec2 size;
uniform vec2 origin;
uniform float stays;
uniform float closer;
uniform float spin;
uniform float eddy;
uniform vec2 phases;
uniform vec2 ring;
uniform float folds;
uniform float kick;
in vec2 uv;
out vec4 shown;

vec3 inkOf(float pitch, float level) {
  return level * max(1.0 - abs(vec3(0.1, 0.5, 0.9) - pitch) / 0.4, 0.0);
}

void main() {
  vec2 at = (uv * size - origin) / size.y;
  float wide = size.x / size.y;
  /* Where the light of this point was one step before. */
  float s = sin(spin), c = cos(spin);
  vec2 from = mat2(c, -s, s, c) * at * closer;
  from += eddy * vec2(
    sin(4.1 * at.y + phases.x) + 0.6 * sin(9.3 * at.y - 1.7 * phases.y),
    sin(3.7 * at.x / wide * 1.8 + phases.y) + 0.6 * sin(8.1 * at.x - 1.3 * phases.x));
  vec3 old = texture(before, (from * size.y + origin) / size).rgb;
  old = max(old * stays - 0.0016, 0.0);

  /* The ring is as wide as the wall. */
  vec2 round = vec2(at.x / sqrt(max(wide, 1.0)), at.y);
  float around = abs(atan(round.x, -round.y)) / 3.14159265;
  float pitch = abs(fract(around * folds * 0.5 + 0.5) * 2.0 - 1.0);
  pitch = folds < 1.5 ? around : pitch;
  float level = texture(spokes, vec2(pitch, 0.5)).r;
  float off = abs(length(round) - ring.x - ring.y * level);
  float line = exp(-pow(off / (0.012 + 0.026 * level * level), 2.0));
  float halo = 0.5 * exp(-pow(off / (0.04 + 0.1 * level), 2.0));
  vec3 fresh = inkOf(pitch, max(line * 1.15, halo) * level * sqrt(level));
  /* A beat fills the middle. */
  float middle = exp(-pow(length(round) / (0.05 + 0.16 * kick), 2.0)) * kick;
  fresh += vec3(middle, 0.25 * middle, 0.0);
  shown = vec4(min(max(old, fresh), 1.0), 1.0);
}`;

const SHOW = /* glsl */ `
precision highp float;
uniform sampler2D flow;
uniform vec2 size;
in vec2 at;
out vec4 light;
${COLOUR}
/* A smooth surface through the pixels: linear interpolation would show their edges on a large screen. */
vec3 smoothly(vec2 uv) {
  vec2 pixels = vec2(textureSize(flow, 0));
  vec2 place = uv * pixels - 0.5;
  vec2 whole = floor(place);
  vec2 t = place - whole;
  vec2 w0 = (1.0 - t) * (1.0 - t) * (1.0 - t) / 6.0;
  vec2 w1 = (4.0 - 6.0 * t * t + 3.0 * t * t * t) / 6.0;
  vec2 w3 = t * t * t / 6.0;
  vec2 w2 = 1.0 - w0 - w1 - w3;
  vec2 g0 = w0 + w1, g1 = w2 + w3;
  vec2 a = (whole - 0.5 + w1 / g0) / pixels, b = (whole + 1.5 + w3 / g1) / pixels;
  return g0.y * (g0.x * texture(flow, vec2(a.x, a.y)).rgb + g1.x * texture(flow, vec2(b.x, a.y)).rgb)
    + g1.y * (g0.x * texture(flow, vec2(a.x, b.y)).rgb + g1.x * texture(flow, vec2(b.x, b.y)).rgb);
}

void main() {
  vec3 inks = smoothly(at / size);
  float level = max(max(inks.r, inks.g), inks.b);
  /* The strongest ink counts most, so that hues meet in an edge and not in grey. */
  vec3 share = inks * inks * inks + 1e-6;
  vec3 mixed = share.r * colour(level, 0.1) + share.g * colour(level, 0.4) + share.b * colour(level, 0.9);
  light = vec4(mixed / (share.r + share.g + share.b) * smoothstep(0.0, 0.08, level), 1.0);
}`;

/** Draws light that flows outward from a ring of bands, and whose shape keeps changing. */
export function drawFlow(palette: { value: unknown }): Drawn {
  const levels = new Float32Array(SPOKES);
  const bytes = new Uint8Array(SPOKES);
  const spokes = new DataTexture(bytes, SPOKES, 1, RedFormat);
  spokes.minFilter = spokes.magFilter = LinearFilter;
  let [now, last] = [target(), target()];
  let step = Number.NEGATIVE_INFINITY;
  const [size, origin] = [new Vector2(), new Vector2()];
  const [phases, ring] = [new Vector2(), new Vector2()];
  const pass = new FullPass(
    new RawShaderMaterial({
      glslVersion: GLSL,
      vertexShader: PASS_VERTEX,
      fragmentShader: STEP,
      uniforms: {
        before: { value: null },
        spokes: { value: spokes },
        size: { value: size },
        origin: { value: origin },
        stays: { value: 0 },
        closer: { value: 1 },
        spin: { value: 0 },
        eddy: { value: 0 },
        phases: { value: phases },
        ring: { value: ring },
        folds: { value: 1 },
        kick: { value: 0 },
      },
      depthTest: false,
    }),
  );
  const whole = drawWhole(SHOW, palette, { flow: { value: null } });

  function advance(moment: LookMoment, ago: number, renderer: WebGLRenderer): void {
    spokesOf(moment, ago, levels);
    for (const [n, level] of levels.entries()) bytes[n] = Math.round(255 * level);
    spokes.needsUpdate = true;
    const flow = flowAt(moment, ago);
    const { stage } = moment;
    phases.set(...flow.phases);
    ring.set(...flow.ring);
    size.set(stage.width, stage.height);
    origin.set(stage.origin.x, stage.origin.y);
    pass.set({ ...flow, before: last.texture, phases, ring });
    pass.render(renderer, now);
    [now, last] = [last, now];
  }

  return {
    object: whole.object,
    update(moment, _window, _stretch, renderer) {
      const { width, height } = moment.stage;
      const rows = Math.round(Math.sqrt((PIXELS * height) / width));
      const columns = Math.round((rows * width) / height);
      if (last.width !== columns || last.height !== rows) {
        now.setSize(columns, rows);
        last.setSize(columns, rows);
      }
      const due = Math.floor(moment.media / STEP_MS);
      if (due < step || due - step > STEPS_MAX) step = due - STEPS_MAX;
      for (; step < due; step++) advance(moment, moment.media - (step + 1) * STEP_MS, renderer);
      whole.uniforms.flow!.value = last.texture;
      whole.resize(moment.stage);
    },
    dispose() {
      whole.dispose();
      pass.dispose();
      spokes.dispose();
      now.dispose();
      last.dispose();
    },
  };
}

function target(): WebGLRenderTarget {
  const made = new WebGLRenderTarget(1, 1, { depthBuffer: false });
  made.texture.minFilter = made.texture.magFilter = LinearFilter;
  made.texture.wrapS = made.texture.wrapT = MirroredRepeatWrapping;
  return made;
}
