import { beforeEach, describe, expect, test } from "vitest";
import { NO_HAND } from "../../../../server/protocol/wall.ts";
import { Arrangement, HELD_MS } from "../../../../server/wall/arrangement.ts";

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
  wall.leave("screen-1", 0);
  wall.leave("screen-3", 0);
  expect(wall.expired(9 * MINUTE)).toEqual([]);
  expect(wall.expired(11 * MINUTE)).toEqual(["screen-3"]);
});

test("if too many screens are absent, the longest absent expire first", () => {
  for (let n = 0; n < 502; n++) {
    wall.enter(`screen-${n}`, n);
    wall.leave(`screen-${n}`, n);
  }
  expect(wall.expired(1_000)).toEqual(["screen-1", "screen-0"]);
});

describe("a wall with 500 absent screens besides its greatest number of listeners", () => {
  const touch = (id: string) => void wall.arrange({ ...wall.get(id)!, name: "Mine" });
  const expired = (entering: string) => wall.expired(100 * MINUTE, entering);

  beforeEach(() => {
    fill(510);
    for (let n = 1; n <= 510; n++) touch(`screen-${n}`);
    for (let n = 11; n <= 510; n++) wall.leave(`screen-${n}`, 1_000 - n);
  });

  test("loses the longest absent screen when a new one enters, even if the host has changed it", () => {
    expect(expired("new")).toEqual(["screen-510"]);
    for (const id of expired("new")) wall.forget(id);
    expect(expired("new")).toEqual([]);
  });

  test("loses no screen when one returns", () => {
    expect(expired("screen-510")).toEqual([]);
  });

  test("loses an unchanged screen before any that the host has changed", () => {
    wall.forget("screen-200");
    wall.enter("new-600", 99 * MINUTE);
    wall.leave("new-600", 99 * MINUTE);
    expect(expired("new")).toEqual(["new-600"]);
  });
});

describe("a screen that has left", () => {
  beforeEach(() => {
    fill(6);
    for (let n = 1; n <= 6; n++) wall.light(`screen-${n}`);
  });

  test("holds its place for a while, then frees it, and the wall shrinks", () => {
    wall.enter("guest-7", 0);
    wall.light("guest-7");
    expect(wall.extent.width).toBe(4);
    wall.leave("guest-7", 1_000);
    expect(wall.release(1_000 + HELD_MS - 1)).toEqual({ unplaced: [], forgotten: [] });
    expect(wall.release(1_000 + HELD_MS)).toEqual({ unplaced: ["guest-7"], forgotten: [] });
    expect(wall.extent.width).toBe(3);
    expect(wall.isOnWall("guest-7")).toBe(false);
    expect(wall.release(1_000 + 2 * HELD_MS)).toEqual({ unplaced: [], forgotten: [] });
  });

  test("is forgotten if it has never shown light", () => {
    wall.enter("guest-7", 0);
    wall.leave("guest-7", 0);
    expect(wall.release(HELD_MS)).toEqual({ unplaced: [], forgotten: ["guest-7"] });
    expect(wall.get("guest-7")).toBeUndefined();
  });

  test("leaves a 3 × 2 wall as it was after thirteen visitors", () => {
    for (let n = 0; n < 13; n++) {
      const id = `guest-${n}`;
      wall.enter(id, n * HELD_MS);
      if (n % 2 === 0) wall.light(id);
      wall.leave(id, n * HELD_MS);
      wall.release((n + 1) * HELD_MS);
    }
    expect(wall.extent).toEqual({ x: 100, y: 100, width: 3, height: 2 });
  });

  test("keeps its place if the host has named it", () => {
    wall.arrange({ ...wall.get("screen-3")!, name: "Bar" });
    wall.leave("screen-3", 0);
    expect(wall.release(100 * HELD_MS)).toEqual({ unplaced: [], forgotten: [] });
    expect(wall.isOnWall("screen-3")).toBe(true);
  });

  test("frees its place if the host has only tidied up", () => {
    wall.arrange({ ...wall.get("screen-3")!, x: 110 }, false);
    expect(wall.extent.width).toBe(11);
    wall.leave("screen-3", 0);
    expect(wall.release(HELD_MS).unplaced).toEqual(["screen-3"]);
    expect(wall.extent.width).toBe(3);
  });

  test("has its old place again when it returns, or another one if that is taken", () => {
    const { x, y } = wall.get("screen-2")!;
    const leave = () => {
      wall.leave("screen-2", 0);
      wall.release(HELD_MS);
    };
    leave();
    expect(wall.enter("screen-2", HELD_MS)).toMatchObject({ x, y, number: 2 });
    leave();
    expect(wall.enter("new", HELD_MS)).toMatchObject({ x, y });
    const back = wall.enter("screen-2", HELD_MS);
    expect(back.number).toBe(2);
    expect(back).not.toMatchObject({ x, y });
    expect(wall.isOnWall("screen-2")).toBe(true);
  });

  test("comes back with its number when the host undoes its removal", () => {
    wall.leave("screen-5", 0);
    const removed = { ...wall.get("screen-5")! };
    wall.remove("screen-5");
    expect(wall.get("screen-5")).toBeUndefined();
    expect(wall.arrange(removed)).toEqual(removed);
    expect(wall.screens).toContainEqual(removed);
  });
});

describe("a removed screen that the host brings back", () => {
  beforeEach(() => {
    fill(3);
    for (let n = 1; n <= 3; n++) wall.light(`screen-${n}`);
    wall.leave("screen-3", 0);
  });

  test("lies over no other, and no other has its number", () => {
    const removed = { ...wall.get("screen-3")! };
    wall.remove("screen-3");
    expect(wall.enter("new", 0)).toMatchObject({ x: removed.x, number: 4 });
    expect(wall.arrange(removed)).not.toMatchObject({ x: removed.x, y: removed.y });
    expect(wall.isOnWall("screen-3")).toBe(true);
  });

  test("has no place if it had none, and loses it as before", () => {
    const removed = { ...wall.get("screen-3")! };
    wall.release(HELD_MS);
    wall.remove("screen-3");
    wall.arrange(removed);
    expect(wall.isOnWall("screen-3")).toBe(false);
    expect(wall.saved().find(({ id }) => id === "screen-3")).toMatchObject({ touched: false, onWall: false });
  });
});

test("a screen that had lost its place does not stand on the wall after a restart", () => {
  fill(2);
  wall.light("screen-2");
  wall.leave("screen-2", 0);
  wall.release(HELD_MS);
  const again = new Arrangement(wall.saved(), 5, LISTENERS_MAX);
  expect(again.extent.width).toBe(1);
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
