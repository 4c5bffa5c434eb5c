import type { Extent, Screen, Show } from "#protocol/wall.ts";

/**
 * One look spans the wall, and each screen shows a window of it. Lengths are in heights of a place: x from
 * the wall's left edge, y down from its upper edge.
 *
 * A screen shows exactly its place, from edge to edge, stretched to its own shape. Neighbours of any shape
 * therefore meet at their edges; only particles are drawn so that they stay round. Places have the shape of
 * most screens, 16:9. The only screen of a wall gives its own shape to the look, and nothing is stretched.
 */

/** Width of a place divided by its height. */
export const PLACE_RATIO = 16 / 9;

type Area = Pick<Screen, "x" | "y" | "width" | "height">;

/** The dimensions of a look. */
export interface Stage {
  columns: number;
  rows: number;
  /** Width of a place divided by its height. */
  ratio: number;
  width: number;
  height: number;
  /** Where ripples and rings start. */
  origin: { x: number; y: number };
  /** Distance from there to the furthest corner. */
  reach: number;
}

/** A rectangle of the look. */
export interface Window {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * The look of a wall.
 * @param alone width / height of the screen, if it is the only one
 */
export function stageOf(extent: Extent, origin: Show["origin"], alone?: number): Stage {
  const [columns, rows] = [extent.width, extent.height];
  const ratio = alone === undefined ? PLACE_RATIO : (alone * rows) / columns;
  const [width, height] = [columns * ratio, rows];
  const from = origin
    ? { x: (origin.x - extent.x + 0.5) * ratio, y: origin.y - extent.y + 0.5 }
    : { x: width / 2, y: height / 2 };
  const reach = Math.hypot(Math.max(from.x, width - from.x), Math.max(from.y, height - from.y));
  return { columns, rows, ratio, width, height, origin: from, reach };
}

/** The part of the look that a screen shows. */
export function windowOf(screen: Area, extent: Extent, { ratio }: Stage): Window {
  const left = (screen.x - extent.x) * ratio;
  const top = screen.y - extent.y;
  return { left, top, right: left + screen.width * ratio, bottom: top + screen.height };
}

/** All of the look. */
export function wholeOf({ width, height }: Stage): Window {
  return { left: 0, top: 0, right: width, bottom: height };
}

/** The factor by which a screen of this shape (width / height) stretches its window horizontally. */
export function stretchOf({ left, top, right, bottom }: Window, shape: number): number {
  return (shape * (bottom - top)) / (right - left);
}
