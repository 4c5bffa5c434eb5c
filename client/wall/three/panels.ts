import {
  AdditiveBlending,
  DoubleSide,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  NoBlending,
  PlaneGeometry,
  RawShaderMaterial,
  Scene,
  type Texture,
} from "three";
import type { Extent } from "#protocol/wall.ts";
import { lightOf, type Rgb } from "../../light/photometry.ts";
import { PLACE_RATIO } from "../look/stage.ts";
import { GLSL } from "./drawn.ts";
import { fragmentOf, GAP, KINDS, type Kind, vertexOf } from "./panel-shaders.ts";

/** The place of a screen. */
export interface PanelPlace extends Extent {
  id: string;
}

/** The light of a panel: its colour, by which a picture is multiplied, and the glow around it. */
export interface PanelLight {
  colour: Rgb;
  glow: Rgb;
}

/** Distance of the floor below the wall, in heights of a place. */
const FLOOR = 0.16;

/** The panels of the preview, in the dark over a floor that reflects them faintly. */
export class Panels {
  readonly scene = new Scene();
  readonly #uniforms = {
    picture: { value: null as Texture | null },
    pictured: { value: false },
    ground: { value: 0 },
  };
  readonly #materials = KINDS.map((kind) => materialOf(kind, this.#uniforms));
  #geometry = new InstancedBufferGeometry();
  #ids: string[] = [];
  #key = "";

  /** Puts the panels where their screens are. The centre of the wall is at 0, 0, 0. */
  arrange(places: readonly PanelPlace[], extent: Extent): void {
    const key = JSON.stringify([
      places.map(({ id, x, y, width, height }) => [id, x, y, width, height]),
      extent,
    ]);
    if (key === this.#key) return;
    this.#key = key;
    this.#ids = places.map(({ id }) => id);
    this.#geometry.dispose();
    this.#geometry = geometryOf(places, extent);
    this.#uniforms.ground.value = -extent.height / 2 - FLOOR;
    this.scene.clear();
    for (const [order, material] of this.#materials.entries()) {
      const mesh = new Mesh(this.#geometry, material);
      mesh.frustumCulled = false;
      mesh.renderOrder = order;
      this.scene.add(mesh);
    }
  }

  /**
   * Sets the light of all panels.
   * @param picture of the whole wall, of which each panel shows its part; null for solid colours
   */
  light(lightOf: (id: string) => PanelLight | undefined, picture: Texture | null): void {
    const { colour, glow } = this.#geometry.attributes;
    if (!colour || !glow) return;
    for (const [n, id] of this.#ids.entries()) {
      const light = lightOf(id);
      put(colour.array, n, light?.colour);
      put(glow.array, n, light?.glow);
    }
    colour.needsUpdate = glow.needsUpdate = true;
    this.#uniforms.picture.value = picture;
    this.#uniforms.pictured.value = picture !== null;
  }

  dispose(): void {
    this.#geometry.dispose();
    for (const material of this.#materials) material.dispose();
  }
}

function materialOf(kind: Kind, uniforms: Record<string, { value: unknown }>) {
  const adds = kind === "glow" || kind === "mirror";
  return new RawShaderMaterial({
    glslVersion: GLSL,
    vertexShader: vertexOf(kind),
    fragmentShader: fragmentOf(kind),
    uniforms,
    blending: adds ? AdditiveBlending : NoBlending,
    depthWrite: !adds,
    side: DoubleSide,
  });
}

function geometryOf(places: readonly PanelPlace[], extent: Extent): InstancedBufferGeometry {
  const plane = new PlaneGeometry();
  const geometry = new InstancedBufferGeometry();
  geometry.setIndex(plane.index);
  geometry.setAttribute("position", plane.attributes.position!);
  const rects = places.flatMap(({ x, y, width, height }) => [
    (x - extent.x + width / 2 - extent.width / 2) * PLACE_RATIO,
    extent.height / 2 - (y - extent.y + height / 2),
    width * PLACE_RATIO - 2 * GAP,
    height - 2 * GAP,
  ]);
  const parts = places.flatMap(({ x, y, width, height }) => [
    (x - extent.x) / extent.width,
    1 - (y - extent.y + height) / extent.height,
    width / extent.width,
    height / extent.height,
  ]);
  geometry.setAttribute("rect", new InstancedBufferAttribute(new Float32Array(rects), 4));
  geometry.setAttribute("part", new InstancedBufferAttribute(new Float32Array(parts), 4));
  for (const name of ["colour", "glow"]) {
    const light = new InstancedBufferAttribute(new Float32Array(3 * places.length), 3);
    geometry.setAttribute(name, light.setUsage(DynamicDrawUsage));
  }
  geometry.instanceCount = places.length;
  return geometry;
}

/** Writes a colour as linear light. */
function put(into: ArrayLike<number>, n: number, rgb: Rgb = [0, 0, 0]): void {
  const [red, green, blue] = rgb.map(Math.round) as unknown as Rgb;
  const light = lightOf([red, green, blue]);
  (into as Float32Array).set([light.red, light.green, light.blue], 3 * n);
}
