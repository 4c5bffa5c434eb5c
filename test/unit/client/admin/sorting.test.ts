import { describe, expect, test } from "vitest";
import { COLUMN_IDS, type ColumnId, type Wall } from "../../../../client/admin/columns.ts";
import { FIRST_ORDER, nextOrder, type SortOrder, sortWalls } from "../../../../client/admin/sorting.ts";
import { SUMMARY } from "../../../support/web-servers.ts";

/** A wall with these figures. */
function wall(
  code: string,
  { stats = {}, ...more }: Partial<Omit<Wall, "stats">> & { stats?: object },
): Wall {
  return { ...SUMMARY, code, ...more, stats: { ...SUMMARY.stats, ...stats } };
}

const WALLS: readonly Wall[] = [
  wall("DDDDD", { state: "live", minutes: 5, stats: { listeners: 20, roundTripMs: 8 } }),
  wall("AAAAA", { state: "waiting", minutes: 90, stats: { listeners: 100, roundTripMs: 30 } }),
  wall("CCCCC", { state: "host-away", minutes: 5, stats: { listeners: 9, roundTripMs: null } }),
];
const order = (column: ColumnId, direction: SortOrder["direction"]): string =>
  sortWalls(WALLS, { column, direction })
    .map(({ code }) => code[0])
    .join("");

describe("walls are sorted", () => {
  test.each([
    ["code", "ACD", "DCA"],
    // By how much light there is, not by the alphabet.
    ["state", "DAC", "CAD"],
    // As numbers: 9 is less than 20.
    ["listeners", "CDA", "ADC"],
    // The walls that are open for equally long are in the order of their codes, both ways.
    ["minutes", "CDA", "ACD"],
    // A round trip that is not known comes last, both ways.
    ["roundTrip", "DAC", "ADC"],
  ] as const)("by %s", (column, ascending, descending) => {
    expect(order(column, "ascending")).toBe(ascending);
    expect(order(column, "descending")).toBe(descending);
  });

  test("without changing the list that was given", () => {
    const before = [...WALLS];
    sortWalls(WALLS, FIRST_ORDER);
    expect(WALLS).toEqual(before);
  });
});

describe("a press on a column", () => {
  test("sorts by it, figures from the largest and words from A; another one turns the order", () => {
    const byScreens = nextOrder(FIRST_ORDER, "listeners");
    expect(byScreens).toEqual({ column: "listeners", direction: "descending" });
    expect(nextOrder(byScreens, "listeners")).toEqual({ column: "listeners", direction: "ascending" });
    expect(nextOrder(byScreens, "code")).toEqual({ column: "code", direction: "ascending" });
  });

  test("works for every column", () => {
    for (const column of COLUMN_IDS) {
      const { direction } = nextOrder({ column, direction: "ascending" }, column);
      expect(order(column, direction)).toHaveLength(WALLS.length);
    }
  });
});
