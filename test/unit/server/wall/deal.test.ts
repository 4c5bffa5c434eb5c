import { expect, test } from "vitest";
import { dealtByPlace } from "../../../../server/protocol/deal.ts";
import { extentOf } from "../../../../server/protocol/extent.ts";
import { NO_HAND, type Rule, type Screen } from "../../../../server/protocol/wall.ts";
import { Deal } from "../../../../server/wall/deal.ts";

function screenAt(number: number, x: number, y: number, change: Partial<Screen> = {}): Screen {
  const at = { id: `screen-${number}`, number, name: "", x, y, width: 1, height: 1 };
  return { ...at, band: null, locked: false, hand: NO_HAND, ...change };
}

/** A full wall of these columns and rows, whose screens came row by row. */
function wallOf(columns: number, rows: number): Screen[] {
  const numbers = Array.from({ length: columns * rows }, (_, n) => n);
  return numbers.map((n) => screenAt(n, n % columns, Math.floor(n / columns)));
}

function dealt(deal: Deal, screens: readonly Screen[], rule: Rule): readonly string[] {
  return deal.deal(screens.length, () => screens, extentOf(screens), rule);
}

/** The part of each screen, in the order of their numbers. */
function partsOf(screens: readonly Screen[], rule: Rule): (number | undefined)[] {
  const deal = new Deal();
  dealt(deal, screens, rule);
  return screens.map(({ id }) => deal.of(id)?.index);
}

test("a screen alone has the whole", () => {
  const deal = new Deal();
  dealt(deal, wallOf(1, 1), "rows");
  expect(deal.of("screen-0")).toEqual({ index: 0, of: 1 });
});

test("3 × 2 screens have six bands: row by row, in a snake, or by columns", () => {
  expect(partsOf(wallOf(3, 2), "rows")).toEqual([0, 1, 2, 3, 4, 5]);
  expect(partsOf(wallOf(3, 2), "snake")).toEqual([0, 1, 2, 5, 4, 3]);
  expect(partsOf(wallOf(3, 2), "columns")).toEqual([0, 2, 4, 1, 3, 5]);
});

test("the order follows the places of the screens, not the order in which they came", () => {
  expect(partsOf([screenAt(0, 5, 0), screenAt(1, 3, 0), screenAt(2, 4.25, 0.25)], "rows")).toEqual([2, 0, 1]);
});

test("of a few screens all get another part when one comes or goes, so that none belongs to nobody", () => {
  const deal = new Deal();
  const screens = wallOf(3, 1);
  dealt(deal, screens.slice(0, 2), "rows");
  expect(dealt(deal, screens, "rows")).toEqual(["screen-0", "screen-1", "screen-2"]);
  expect(new Set(dealt(deal, screens.slice(1), "rows"))).toEqual(
    new Set(["screen-0", "screen-1", "screen-2"]),
  );
  expect([deal.of("screen-1"), deal.of("screen-2")]).toEqual([
    { index: 0, of: 2 },
    { index: 1, of: 2 },
  ]);
  expect(dealt(deal, screens.slice(1), "rows")).toEqual([]);
});

test("a screen that the host has switched off takes no part from the others", () => {
  const [first, second, third] = wallOf(3, 1);
  expect(partsOf([first!, { ...second!, locked: true }, third!], "rows")).toEqual([0, 0, 1]);
});

test("in a larger wall a part follows from the place, and nobody's changes when one comes or goes", () => {
  const deal = new Deal();
  const screens = wallOf(4, 4);
  expect(dealt(deal, screens.slice(0, 8), "rows")).toHaveLength(8);
  expect(dealt(deal, screens.slice(0, 9), "rows")).toHaveLength(9);
  expect(dealt(deal, screens, "rows")).toEqual([]);
  expect(deal.of("screen-3")).toBeNull();
  const indices = (rule: Rule) =>
    screens.map((screen) => dealtByPlace(screen, extentOf(screens), rule).index);
  expect(indices("rows")).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]);
  expect(indices("columns")).toEqual([0, 2, 4, 6, 0, 2, 4, 6, 1, 3, 5, 7, 1, 3, 5, 7]);
  expect(dealt(deal, screens, "snake")).toHaveLength(16);
});
