import { EDGE_PARTS, type Extent, PLACES, type ScreenSeen } from "#protocol/wall.ts";

/** Places around the wall to which screens can be dragged. */
const MARGIN = 1;

/** What lies straight ahead is next even if it is so many times further away than what lies aside. */
const ASIDE = 8;

type Area = Pick<ScreenSeen, "x" | "y" | "width" | "height">;

/** Where screens can be dragged to: the wall's extent and a margin. */
export function reachOf(extent: Extent): Extent {
  const x = Math.max(Math.floor(extent.x) - MARGIN, 0);
  const y = Math.max(Math.floor(extent.y) - MARGIN, 0);
  const width = Math.min(Math.ceil(extent.x + extent.width) + MARGIN, PLACES) - x;
  const height = Math.min(Math.ceil(extent.y + extent.height) + MARGIN, PLACES) - y;
  return { x, y, width, height };
}

/**
 * Where a screen stands that is moved by an offset in places: not far beyond the wall, so that one long drag
 * does not make it huge, and on a point of the grid unless screens may stand anywhere.
 */
export function movedTo(screen: Area, byX: number, byY: number, reach: Extent, isFree: boolean) {
  const snap = (value: number) => (isFree ? Math.round(value * EDGE_PARTS) / EDGE_PARTS : Math.round(value));
  const within = (value: number, least: number, most: number) =>
    snap(Math.min(Math.max(value, least), Math.max(most, least)));
  return {
    x: within(screen.x + byX, reach.x, reach.x + reach.width - screen.width),
    y: within(screen.y + byY, reach.y, reach.y + reach.height - screen.height),
  };
}

/** The screen that lies next in a direction, of which one part is 0 and the other 1 or −1. */
export function neighbourOf<Seen extends Area>(
  from: Seen,
  screens: readonly Seen[],
  [stepX, stepY]: readonly [x: number, y: number],
): Seen | undefined {
  const [x, y] = middleOf(from);
  let nearest: { screen: Seen; distance: number } | undefined;
  for (const screen of screens) {
    const [otherX, otherY] = middleOf(screen);
    const along = (otherX - x) * stepX + (otherY - y) * stepY;
    if (along <= 0) continue;
    const across = Math.abs((otherX - x) * stepY) + Math.abs((otherY - y) * stepX);
    const distance = along + ASIDE * across;
    if (!nearest || distance < nearest.distance) nearest = { screen, distance };
  }
  return nearest?.screen;
}

function middleOf({ x, y, width, height }: Area): readonly [number, number] {
  return [x + width / 2, y + height / 2];
}
