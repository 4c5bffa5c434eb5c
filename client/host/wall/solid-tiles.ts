import { EDGE_PARTS, type Extent } from "#protocol/wall.ts";

/** Most pixels across or down. On a large wall with screens between places, edges are rounded. */
const SIDE_MAX = 2_048;

/** What a tile shows in solid light. */
export interface SolidPatch {
  readonly area: Extent;
  /** In CSS; "" for none. */
  readonly colour: string;
}

/**
 * Paints the solid light of all tiles on one canvas under them, which is clipped to them. With a background
 * for each tile, the browser would compute the style of every tile in every frame.
 *
 * The canvas has as few pixels as its edges need, mostly one for each place: the browser enlarges it without
 * smoothing.
 */
export class SolidTiles {
  readonly canvas = document.createElement("canvas");
  readonly #pen: CanvasRenderingContext2D;
  /** Colours and areas, as painted last. */
  #painted: readonly SolidPatch[] = [];
  #extent: Extent | undefined;
  #areas: readonly Extent[] = [];
  /** Pixels for a place, across and down. */
  #scale = 1;

  /** @param layer under the tiles, exactly over the wall */
  constructor(layer: HTMLElement) {
    this.canvas.className = "solid-tiles";
    this.#pen = this.canvas.getContext("2d", { alpha: false })!;
    layer.prepend(this.canvas);
  }

  /** Whether it is seen. Without it, what is not covered by a look is dark. */
  set isSeen(isSeen: boolean) {
    if (this.canvas.hidden === isSeen) this.canvas.hidden = !isSeen;
  }

  /** Paints these patches, each over those before it, and nothing else. */
  paint(patches: readonly SolidPatch[], extent: Extent): void {
    const hasMoved =
      extent !== this.#extent || !isSame(patches, this.#areas, ({ area }, former) => area === former);
    if (hasMoved) this.#resize(patches, extent);
    else if (isSame(patches, this.#painted, (one, former) => one.colour === former.colour)) return;
    this.#painted = patches;
    const [pen, scale] = [this.#pen, this.#scale];
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    for (const { area, colour } of patches) {
      if (!colour) continue;
      const [left, top] = [area.x - extent.x, area.y - extent.y].map((edge) => Math.round(edge * scale));
      pen.fillStyle = colour;
      pen.fillRect(left!, top!, Math.round(area.width * scale), Math.round(area.height * scale));
    }
  }

  #resize(patches: readonly SolidPatch[], extent: Extent): void {
    this.#extent = extent;
    this.#areas = patches.map(({ area }) => area);
    this.#scale = scaleOf(this.#areas, extent);
    const { width, height } = extent;
    Object.assign(this.canvas, { width: width * this.#scale, height: height * this.#scale });
  }
}

/** The fewest pixels for a place with which all edges lie between two pixels; fewer on a very large wall. */
export function scaleOf(areas: readonly Extent[], extent: Extent): number {
  const edges = areas.flatMap(({ x, y }) => [x - extent.x, y - extent.y]);
  let scale = 1;
  while (scale < EDGE_PARTS && edges.some((edge) => !Number.isInteger(edge * scale))) scale *= 2;
  while (scale > 1 && Math.max(extent.width, extent.height) * scale > SIDE_MAX) scale /= 2;
  return scale;
}

function isSame<One, Other>(
  these: readonly One[],
  those: readonly Other[],
  isEqual: (one: One, other: Other) => boolean,
): boolean {
  return these.length === those.length && these.every((one, n) => isEqual(one, those[n]!));
}
