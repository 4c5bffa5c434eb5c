import { beforeEach, describe, expect, test } from "vitest";
import { Countdowns } from "../../../../client/admin/countdowns.ts";

let now: number;
let countdowns: Countdowns;
beforeEach(() => {
  now = 1_000;
  countdowns = new Countdowns(() => now);
});

describe("a wall that is to be closed", () => {
  test("waits for five seconds, and is due once", () => {
    countdowns.start("AAAAA");
    expect(countdowns.secondsLeft("AAAAA")).toBe(5);
    now += 4_999;
    expect(countdowns.secondsLeft("AAAAA")).toBe(1);
    expect(countdowns.takeDue()).toEqual([]);
    now += 1;
    expect(countdowns.takeDue()).toEqual(["AAAAA"]);
    expect(countdowns.takeDue()).toEqual([]);
    expect(countdowns.secondsLeft("AAAAA")).toBeUndefined();
  });

  test("stays open if it is taken back", () => {
    countdowns.start("AAAAA");
    now += 4_999;
    expect(countdowns.cancel("AAAAA")).toBe(true);
    now += 10_000;
    expect(countdowns.takeDue()).toEqual([]);
    expect(countdowns.cancel("AAAAA")).toBe(false);
  });

  test("keeps its time when it is asked for again, and has the whole time after it was taken back", () => {
    countdowns.start("AAAAA");
    now += 3_000;
    countdowns.start("AAAAA");
    expect(countdowns.secondsLeft("AAAAA")).toBe(2);
    countdowns.cancel("AAAAA");
    countdowns.start("AAAAA");
    expect(countdowns.secondsLeft("AAAAA")).toBe(5);
  });

  test("waits beside others, each for its own time", () => {
    countdowns.start("AAAAA");
    now += 2_000;
    countdowns.start("CCCCC");
    expect(countdowns.size).toBe(2);
    now += 3_000;
    expect(countdowns.takeDue()).toEqual(["AAAAA"]);
    expect(countdowns.secondsLeft("CCCCC")).toBe(2);
    countdowns.cancelAll();
    now += 10_000;
    expect(countdowns.takeDue()).toEqual([]);
    expect(countdowns.size).toBe(0);
  });
});
