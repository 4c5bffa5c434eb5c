import { type Extent, PLACES } from "./wall.ts";

/** Position of a wall's first screen, with free places on every side. */
export const FIRST_PLACE = { x: 100, y: 100 } as const;

/** The smallest rectangle that holds these areas. Without any, the place of the first screen. */
export function extentOf(areas: readonly Extent[]): Extent {
  if (areas.length === 0) return { ...FIRST_PLACE, width: 1, height: 1 };
  let [left, top, right, bottom] = [PLACES, PLACES, 0, 0];
  for (const { x, y, width, height } of areas) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
