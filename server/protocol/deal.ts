import { type DealOrder, isDealOrder } from "./deal-orders.ts";
import type { Dealt, Extent, Rule } from "./wall.ts";

/** Bands that are dealt at most: more of them would each be too narrow to have a beat of its own. */
export const DEALT_MAX = 8;

/** The order in which a rule deals; the first one for a rule that does not. */
export function dealOrderOf(rule: Rule): DealOrder {
  return isDealOrder(rule) ? rule : "rows";
}

/** A screen's place in a wall of this extent, counted from 0 in an order. */
export function positionOf(area: Extent, extent: Extent, order: DealOrder): number {
  // By its middle, since edges may lie between two places.
  const column = Math.floor(area.x - extent.x + area.width / 2);
  const row = Math.floor(area.y - extent.y + area.height / 2);
  const [columns, rows] = [Math.ceil(extent.width), Math.ceil(extent.height)];
  if (order === "columns") return column * rows + row;
  const isBackwards = order === "snake" && row % 2 === 1;
  return row * columns + (isBackwards ? columns - 1 - column : column);
}

/** What a screen of a large wall is dealt. It follows from its place alone. */
export function dealtByPlace(area: Extent, extent: Extent, rule: Rule): Dealt {
  const places = Math.ceil(extent.width) * Math.ceil(extent.height);
  const share = positionOf(area, extent, dealOrderOf(rule)) / places;
  return { index: Math.min(Math.floor(share * DEALT_MAX), DEALT_MAX - 1), of: DEALT_MAX };
}
