import {
  AdditiveBlending,
  BufferAttribute,
  type Color,
  DataTexture,
  DoubleSide,
  Group,
  LinearFilter,
  Mesh,
  MeshBasicMaterial,
  PlaneGeometry,
  Scene,
  SRGBColorSpace,
  type Texture,
} from "three";
import type { Extent } from "../../../server/protocol/wall.ts";
import type { Rgb } from "../../light/photometry.ts";
import { PLACE_RATIO } from "../scene/stage.ts";

/** A screen of the wall, by its place. */
export interface PanelPlace extends Extent {
  id: string;
}

/** What a panel shows: one colour, by which the picture is multiplied where there is one, and what it gives the hall. */
export interface PanelLight {
  colour: Rgb;
  glow: Rgb;
}

/** Free on each side of a panel, and how far the floor is below the wall; in heights of a place. */
const GAP = 0.03;
const FLOOR = 0.16;
/** How much of a panel's light the floor gives back at its edge, and how high up there is some. */
const MIRRORED = 0.32;
const MIRRORED_HEIGHT = 1.3;
/** Size of a panel's glow, in panels, and how bright it is at the panel's edge. */
const GLOW = 2.6;
const GLOW_LIGHT = 0.2;

/** The panels of a wall, hung in the dark over a floor that mirrors them a little. */
export class Panels {
  readonly scene = new Scene();
  readonly #panels = new Map<string, Panel>();
  readonly #halo = haloTexture();
  #key = "";

  /** Hangs the panels where their screens are. The middle of the wall is at 0, 0, 0. */
  arrange(places: readonly PanelPlace[], extent: Extent): void {
    const key = JSON.stringify([
      places.map(({ id, x, y, width, height }) => [id, x, y, width, height]),
      extent,
    ]);
    if (key === this.#key) return;
    this.#key = key;
    this.#clear();
    for (const place of places) {
      const panel = new Panel(place, extent, this.#halo);
      this.#panels.set(place.id, panel);
      this.scene.add(panel.group);
    }
  }

  /**
   * Lights them.
   * @param picture of the whole wall, of which each panel shows its part
   */
  light(lightOf: (id: string) => PanelLight | undefined, picture: Texture | null): void {
    for (const [id, panel] of this.#panels) panel.light(lightOf(id), picture);
  }

  dispose(): void {
    this.#clear();
    this.#halo.dispose();
  }

  #clear(): void {
    for (const panel of this.#panels.values()) panel.dispose();
    this.scene.clear();
    this.#panels.clear();
  }
}

class Panel {
  readonly group = new Group();
  readonly #face = new MeshBasicMaterial();
  readonly #mirrored = new MeshBasicMaterial({ transparent: true, vertexColors: true, depthWrite: false });
  readonly #glow: MeshBasicMaterial;
  readonly #bezel = new MeshBasicMaterial({ color: 0x050507 });
  readonly #geometries: PlaneGeometry[] = [];

  constructor(place: PanelPlace, extent: Extent, halo: Texture) {
    const width = place.width * PLACE_RATIO - 2 * GAP;
    const height = place.height - 2 * GAP;
    const x = (place.x - extent.x + place.width / 2 - extent.width / 2) * PLACE_RATIO;
    const y = extent.height / 2 - (place.y - extent.y + place.height / 2);
    const floor = -extent.height / 2 - FLOOR;

    this.#glow = new MeshBasicMaterial({ map: halo, blending: AdditiveBlending, depthWrite: false });
    this.#add(new PlaneGeometry(width + 2 * GAP, height + 2 * GAP), this.#bezel, x, y, -0.01);
    this.#add(windowed(new PlaneGeometry(width, height), place, extent), this.#face, x, y, 0);
    this.#add(new PlaneGeometry(GLOW * width, GLOW * height), this.#glow, x, y, -0.06);

    const mirror = windowed(new PlaneGeometry(width, height, 1, 8), place, extent);
    mirror.setAttribute("color", fading(mirror, y - floor));
    this.#add(mirror, this.#mirrored, x, 2 * floor - y, 0).scale.y = -1;
    this.#mirrored.side = DoubleSide;
  }

  light(light: PanelLight | undefined, picture: Texture | null): void {
    this.group.visible = light !== undefined;
    if (!light) return;
    for (const material of [this.#face, this.#mirrored]) {
      if (material.map !== picture) {
        material.needsUpdate = (material.map === null) !== (picture === null);
        material.map = picture;
      }
      paint(material.color, light.colour);
    }
    paint(this.#glow.color, light.glow);
  }

  dispose(): void {
    for (const geometry of this.#geometries) geometry.dispose();
    for (const material of [this.#face, this.#mirrored, this.#glow, this.#bezel]) material.dispose();
  }

  #add(geometry: PlaneGeometry, material: MeshBasicMaterial, x: number, y: number, z: number): Mesh {
    const mesh = new Mesh(geometry, material);
    mesh.position.set(x, y, z);
    this.group.add(mesh);
    this.#geometries.push(geometry);
    return mesh;
  }
}

/** Lets a panel show its part of a picture of the whole wall. */
function windowed(
  geometry: PlaneGeometry,
  { x, y, width, height }: PanelPlace,
  extent: Extent,
): PlaneGeometry {
  const uv = geometry.attributes.uv as BufferAttribute;
  for (let n = 0; n < uv.count; n++) {
    uv.setXY(
      n,
      (x - extent.x + uv.getX(n) * width) / extent.width,
      1 - (y - extent.y + (1 - uv.getY(n)) * height) / extent.height,
    );
  }
  return geometry;
}

/** The floor gives back less of what is higher above it. */
function fading(geometry: PlaneGeometry, above: number): BufferAttribute {
  const position = geometry.attributes.position as BufferAttribute;
  const colours = new Float32Array(4 * position.count).fill(1);
  for (let n = 0; n < position.count; n++) {
    const height = above + position.getY(n);
    colours[4 * n + 3] = MIRRORED * Math.max(1 - height / MIRRORED_HEIGHT, 0) ** 2;
  }
  return new BufferAttribute(colours, 4);
}

function paint(colour: Color, [red, green, blue]: Rgb): void {
  colour.setRGB(red / 255, green / 255, blue / 255, SRGBColorSpace);
}

/** Light that falls off from a rectangle's edge outward, dark before the texture ends. */
function haloTexture(): DataTexture {
  const size = 128;
  const bytes = new Uint8Array(4 * size * size);
  for (let n = 0; n < size * size; n++) {
    const [u, v] = [((n % size) + 0.5) / size, (Math.floor(n / size) + 0.5) / size];
    const edge = 1 / GLOW;
    const off = Math.hypot(Math.max(Math.abs(2 * u - 1) - edge, 0), Math.max(Math.abs(2 * v - 1) - edge, 0));
    const light = GLOW_LIGHT * Math.max(1 - off / (1 - edge), 0) ** 4;
    // As sRGB has it, which has more steps where it is dark.
    bytes.fill(Math.round(255 * light ** (1 / 2.2)), 4 * n, 4 * n + 3);
    bytes[4 * n + 3] = 255;
  }
  const texture = new DataTexture(bytes, size, size);
  texture.colorSpace = SRGBColorSpace;
  texture.minFilter = texture.magFilter = LinearFilter;
  texture.needsUpdate = true;
  return texture;
}
