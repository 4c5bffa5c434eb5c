import { expect, test } from "vitest";
import { columnsFor, inOrderSeen, tidied } from "../../../../../client/host/wall/tidy.ts";
import { screenAt } from "../../light/painters.ts";

test.each([
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 2],
  [6, 3],
  [8, 4],
  [12, 4],
  [60, 10],
])("%d screens fill a rectangle of %d columns", (count, columns) => {
  expect(columnsFor(count)).toBe(columns);
});

test.each([5, 7, 11, 13, 37, 101])(
  "%d screens, which fill no rectangle, leave less than a row free",
  (count) => {
    const columns = columnsFor(count);
    const rows = Math.ceil(count / columns);
    expect(rows * columns - count).toBeLessThan(columns);
    expect(columns).toBeGreaterThanOrEqual(rows);
  },
);

test("screens that lie about are laid out in the order in which they are seen", () => {
  const screens = [
    screenAt(0, { x: 120, y: 107 }),
    screenAt(1, { x: 101, y: 103, width: 3, height: 2 }),
    screenAt(2, { x: 99, y: 103.5 }),
    screenAt(3, { x: 130, y: 90 }),
  ];
  const placed = tidied(screens).map(({ id, x, y, width, height }) => [id, x, y, width, height]);
  expect(placed).toEqual([
    ["screen-3", 100, 100, 1, 1],
    ["screen-2", 101, 100, 1, 1],
    ["screen-1", 100, 101, 1, 1],
    ["screen-0", 101, 101, 1, 1],
  ]);
});

test("a last row that is not full is in the middle", () => {
  const last = tidied(Array.from({ length: 5 }, (_, n) => screenAt(n))).slice(3);
  expect(last.map(({ x, y }) => [x, y])).toEqual([
    [100.5, 101],
    [101.5, 101],
  ]);
});

test("screens between two rows are seen in the row that has most of them", () => {
  const [upper, lower] = [screenAt(5, { y: 0.4 }), screenAt(0, { y: 0.6 })];
  expect(inOrderSeen([lower, upper]).map(({ x }) => x)).toEqual([5, 0]);
});
