import { COLUMNS, type Column, type ColumnId, type Wall } from "./columns.ts";

/** By which column walls are sorted, and in which direction; the words are those of `aria-sort`. */
export interface SortOrder {
  readonly column: ColumnId;
  readonly direction: "ascending" | "descending";
}

/** The order of a page that was just opened: the oldest wall first, so that new ones change no place. */
export const FIRST_ORDER: SortOrder = { column: "minutes", direction: "descending" };

/** The order after a press on a column: figures begin with the largest; a second press turns the order. */
export function nextOrder({ column, direction }: SortOrder, pressed: ColumnId): SortOrder {
  if (pressed === column) return { column, direction: turned(direction) };
  return { column: pressed, direction: COLUMNS[pressed].kind === "number" ? "descending" : "ascending" };
}

/** The walls in an order. Unknown values come last, equal ones by code, so that refreshing moves no row. */
export function sortWalls(walls: readonly Wall[], { column, direction }: SortOrder): Wall[] {
  const { value }: Column = COLUMNS[column];
  const sign = direction === "ascending" ? 1 : -1;
  return walls.toSorted((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === other) return compare(a.code, b.code);
    if (one === null || other === null) return one === null ? 1 : -1;
    return sign * compare(one, other);
  });
}

function compare(one: string | number, other: string | number): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function turned(direction: SortOrder["direction"]): SortOrder["direction"] {
  return direction === "ascending" ? "descending" : "ascending";
}
