import {
  LinearFilter,
  NearestFilter,
  RawShaderMaterial,
  SRGBColorSpace,
  type Texture,
  type WebGLRenderer,
  WebGLRenderTarget,
} from "three";
import { FREE, HALF_BYTE, KNEE, type Turn, WITH_RED } from "../../light/pixel-guard.ts";
import { GLSL } from "./drawn.ts";
import { FullPass, PASS_VERTEX } from "./full-pass.ts";

const glsl = (value: number) => value.toFixed(6);

/** The algorithm of `PixelGuard`: `client/light/pixel-guard.ts` explains it. */
const FRAGMENT = /* glsl */ `
precision highp float;
uniform sampler2D wanted;
uniform sampler2D before;
uniform sampler2D boundsBefore;
uniform float brightness;
/* Whether the light may rise, and whether it may fall. */
uniform bool mayRise;
uniform bool mayFall;
uniform bool leftRise;
uniform bool leftFall;
in vec2 uv;
layout(location = 0) out vec4 shown;
layout(location = 1) out vec4 bounds;

float luminance(vec3 light) {
  return dot(light, vec3(0.2126, 0.7152, 0.0722));
}

vec3 paled(vec3 light) {
  if (light.r <= light.g + light.b) return light;
  float lacks = light.r * ${glsl(WITH_RED.share)} + ${glsl(WITH_RED.least)} - light.g - light.b;
  return light + vec3(0.0, 0.5, 0.5) * max(lacks, 0.0);
}

void main() {
  /* The pixel shown here before, without interpolation, even if the size has changed. */
  ivec2 here = ivec2(uv * vec2(textureSize(before, 0)));
  vec3 was = texelFetch(before, here, 0).rgb;
  float wasBright = luminance(was);
  vec2 kept = texelFetch(boundsBefore, here, 0).rg;
  float highest = leftFall ? wasBright : kept.r;
  float lowest = leftRise ? wasBright : kept.g;

  vec3 light = texture(wanted, uv).rgb * brightness;
  light = paled(light);
  float bright = luminance(light);
  float least = mayFall ? 0.0 : highest - ${glsl(FREE)};
  float knee = mayRise ? 1.0 : lowest + ${glsl(KNEE)};
  const float above = ${glsl(FREE - KNEE)};
  if (bright > knee) light *= (knee + above * (1.0 - exp((knee - bright) / above))) / bright;
  else if (bright < least) light = mix(light, was, clamp((least - bright) / (wasBright - bright), 0.0, 1.0));
  light = paled(light);
  if (light.r < ${glsl(WITH_RED.dark)} && max(light.g, light.b) < ${glsl(HALF_BYTE)}) light.r = 0.0;
  bright = luminance(light);
  shown = vec4(light, 1.0);
  bounds = vec4(max(highest, bright), min(lowest, bright), 0.0, 1.0);
}`;

/** Limits the flashes of every pixel of a picture, on the GPU. */
export class GuardPass {
  readonly #pass: FullPass;
  /** What is shown, and the bounds of its luminance; written alternately. */
  #next = target();
  #last = target();

  constructor() {
    const uniforms = {
      wanted: { value: null },
      before: { value: null },
      boundsBefore: { value: null },
      brightness: { value: 1 },
      mayRise: { value: true },
      mayFall: { value: false },
      leftRise: { value: false },
      leftFall: { value: false },
    };
    const shaders = { vertexShader: PASS_VERTEX, fragmentShader: FRAGMENT };
    this.#pass = new FullPass(
      new RawShaderMaterial({ glslVersion: GLSL, ...shaders, uniforms, depthTest: false }),
    );
  }

  /**
   * The safe picture nearest to the wanted one.
   * @param width of the picture in pixels; if it changes, what was shown is scaled to the new size
   */
  allow(
    renderer: WebGLRenderer,
    wanted: Texture,
    width: number,
    height: number,
    turn: Turn,
    brightness: number,
  ): Texture {
    this.#next.setSize(width, height);
    this.#pass.set({
      wanted,
      before: this.#last.textures[0],
      boundsBefore: this.#last.textures[1],
      brightness,
      mayRise: turn.phase === "rise",
      mayFall: turn.phase === "fall",
      leftRise: turn.leftRise,
      leftFall: turn.leftFall,
    });
    this.#pass.render(renderer, this.#next);
    [this.#next, this.#last] = [this.#last, this.#next];
    return this.#last.textures[0]!;
  }

  dispose(): void {
    this.#pass.dispose();
    this.#next.dispose();
    this.#last.dispose();
  }
}

function target(): WebGLRenderTarget {
  const made = new WebGLRenderTarget(1, 1, { count: 2, depthBuffer: false });
  const [shown, bounds] = made.textures;
  shown!.colorSpace = SRGBColorSpace;
  shown!.minFilter = shown!.magFilter = LinearFilter;
  bounds!.minFilter = bounds!.magFilter = NearestFilter;
  return made;
}
