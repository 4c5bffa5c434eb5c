import { beforeEach, describe, expect, test } from "vitest";
import { NO_HAND } from "../../../../server/protocol/wall.ts";
import { Arrangement } from "../../../../server/wall/arrangement.ts";

const MINUTE = 60_000;
const LISTENERS_MAX = 10;
let wall: Arrangement;

beforeEach(() => {
  wall = new Arrangement([], 0, LISTENERS_MAX);
});

function fill(count: number): void {
  for (let n = 1; n <= count; n++) wall.enter(`screen-${n}`, 0);
}

/** The wall as rows of screen numbers; "." is free. */
function picture(): string[] {
  const { x: left, y: top, width, height } = wall.extent;
  const rows = Array.from({ length: height }, () => Array<string>(width).fill("."));
  for (const { x, y, number } of wall.screens) rows[y - top]![x - left] = String(number);
  return rows.map((row) => row.join(""));
}

test("new screens form a wall without gaps that is wider than high", () => {
  fill(8);
  expect(picture()).toEqual(["1237", "4568"]);
});

test("a new screen gets a free place inside the wall first", () => {
  fill(6);
  wall.remove("screen-2");
  expect(wall.enter("new", 0)).toMatchObject({ x: 101, y: 100, number: 7 });
});

test("a new screen is placed beside a large one, not under it", () => {
  fill(1);
  wall.arrange({ ...wall.get("screen-1")!, width: 3, height: 2 });
  expect(wall.extent).toEqual({ x: 100, y: 100, width: 3, height: 2 });
  expect(wall.enter("new", 0)).toMatchObject({ x: 103, y: 100 });
});

test("a screen that returns has its old place, name and number", () => {
  fill(3);
  wall.arrange({ ...wall.get("screen-2")!, name: "Left", x: 9, y: 4 });
  wall.leave("screen-2", 10);
  expect(wall.enter("screen-2", 20)).toMatchObject({ name: "Left", x: 9, y: 4, number: 2 });
});

test("an absent screen expires after a while, unless the host has changed it", () => {
  fill(3);
  wall.arrange({ ...wall.get("screen-1")!, name: "Mine" });
  const isPresent = (id: string) => id === "screen-2";
  expect(wall.expired(9 * MINUTE, isPresent)).toEqual([]);
  expect(wall.expired(11 * MINUTE, isPresent)).toEqual(["screen-3"]);
});

test("if too many screens are absent, the longest absent expire first", () => {
  for (let n = 0; n < 502; n++) wall.enter(`screen-${n}`, n);
  expect(wall.expired(1_000, () => false)).toEqual(["screen-1", "screen-0"]);
});

describe("a wall with 500 absent screens besides its greatest number of listeners", () => {
  const touch = (id: string) => void wall.arrange({ ...wall.get(id)!, name: "Mine" });
  const isPresent = (id: string) => Number(id.split("-")[1]) <= LISTENERS_MAX;
  const expired = (entering: string) => wall.expired(100 * MINUTE, isPresent, entering);

  beforeEach(() => {
    fill(510);
    for (let n = 1; n <= 510; n++) touch(`screen-${n}`);
    for (let n = 11; n <= 510; n++) wall.leave(`screen-${n}`, 1_000 - n);
  });

  test("loses the longest absent screen when a new one enters, even if the host has changed it", () => {
    expect(expired("new")).toEqual(["screen-510"]);
    for (const id of expired("new")) wall.remove(id);
    expect(expired("new")).toEqual([]);
  });

  test("loses no screen when one returns", () => {
    expect(expired("screen-510")).toEqual([]);
  });

  test("loses an unchanged screen before any that the host has changed", () => {
    wall.remove("screen-200");
    wall.enter("new-600", 99 * MINUTE);
    expect(expired("new")).toEqual(["new-600"]);
  });
});

test("a saved arrangement is restored unchanged", () => {
  fill(5);
  wall.arrange({ ...wall.get("screen-4")!, band: { low: 60, high: 250 }, locked: true, hand: NO_HAND });
  const again = new Arrangement(wall.saved(), 5, LISTENERS_MAX);
  expect(again.screens).toEqual(wall.screens);
  expect(again.saved()).toEqual(wall.saved());
});

test("an unknown screen cannot be arranged", () => {
  fill(1);
  expect(wall.arrange({ ...wall.get("screen-1")!, id: "unknown" })).toBeUndefined();
});

test("a new screen does not overlap screens that lie between two places", () => {
  fill(2);
  wall.arrange({ ...wall.get("screen-2")!, x: 101.5, y: 100.25 });
  expect(wall.extent).toEqual({ x: 100, y: 100, width: 2.5, height: 1.25 });
  expect(wall.enter("new", 0)).toMatchObject({ x: 100, y: 101 });
  expect(wall.enter("another", 0)).toMatchObject({ x: 103, y: 100 });
});
