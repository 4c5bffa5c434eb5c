import { FIRST_PLACE } from "#protocol/extent.ts";
import { EDGE_PARTS, PLACES, type ScreenSeen } from "#protocol/wall.ts";

/** A wall is at most this many times as wide as high, in places, if its rows can all be full. */
const WIDEST = 4;

/**
 * Columns of a wall for this many screens: the most nearly square full rectangle that is at least as wide as
 * high; where there is none, one whose last row is not full.
 */
export function columnsFor(count: number): number {
  for (let rows = Math.floor(Math.sqrt(count)); rows >= 1; rows--) {
    if (count % rows === 0 && count / rows <= WIDEST * rows) return count / rows;
  }
  return Math.ceil(Math.sqrt(count * 1.5));
}

/**
 * Lays screens out as a rectangle without gaps, each one place large, in the order in which they are seen:
 * row by row. A last row that is not full is in the middle.
 */
export function tidied(screens: readonly ScreenSeen[]): ScreenSeen[] {
  const sorted = inOrderSeen(screens);
  const columns = columnsFor(sorted.length);
  const rows = Math.ceil(sorted.length / columns);
  const left = Math.min(FIRST_PLACE.x, PLACES - columns);
  const top = Math.min(FIRST_PLACE.y, PLACES - rows);
  const short = rows * columns - sorted.length;
  return sorted.map((screen, n) => {
    const row = Math.floor(n / columns);
    const indent = row === rows - 1 ? Math.round((short / 2) * EDGE_PARTS) / EDGE_PARTS : 0;
    return { ...screen, x: left + (n % columns) + indent, y: top + row, width: 1, height: 1 };
  });
}

/** Screens row by row, as they are seen on the wall. */
export function inOrderSeen<Seen extends Pick<ScreenSeen, "x" | "y" | "height" | "number">>(
  screens: readonly Seen[],
): Seen[] {
  const rowOf = ({ y, height }: Seen) => Math.floor(y + height / 2);
  return [...screens].sort((a, b) => rowOf(a) - rowOf(b) || a.x - b.x || a.number - b.number);
}
