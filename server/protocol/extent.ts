import { type Extent, PLACES } from "./wall.ts";

/** Where the first screen goes: with room on every side. */
export const FIRST_PLACE = { x: 100, y: 100 } as const;

/** The extent of these screens; of none, the first place. */
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
