import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Loop } from "../../../../../client/listener/paint/loop.ts";

/** Calls of the next animation frame. */
let waiting: ((now: number) => void)[];
let clock = 0;

beforeEach(() => {
  waiting = [];
  vi.stubGlobal("requestAnimationFrame", (callback: (now: number) => void) => waiting.push(callback));
  vi.spyOn(performance, "now").mockImplementation(() => clock);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Has the frame of a time called by a page that is late by this, ms. */
function frame(at: number, lateMs: number): void {
  clock = at + lateMs;
  for (const callback of waiting.splice(0)) callback(at);
}

test.each([
  ["in time", 0, 1_000],
  ["a little late", 9, 1_000],
  ["late by two frames", 40, 1_000 + 2_000 / 60],
  ["before its time, as rounded clocks have it", -0.4, 1_000],
])("a page that is called %s paints for the frame in which it is seen", (_, lateMs, expected) => {
  const painted: number[] = [];
  new Loop((now) => painted.push(now) < 2).run();
  frame(1_000, lateMs);
  expect(painted).toEqual([expect.closeTo(expected, 6)]);
});

test("paints until there is nothing more to paint, and again when it is asked to", () => {
  const painted: number[] = [];
  const loop = new Loop((now) => painted.push(now) < 2);
  loop.run();
  loop.run();
  for (const at of [0, 20, 40]) frame(at, 0);
  expect(painted).toEqual([0, 20]);
  loop.run();
  frame(60, 0);
  expect(painted).toEqual([0, 20, 60]);
});

test("goes on after a frame that fails", () => {
  const paint = vi
    .fn(() => true)
    .mockImplementationOnce(() => {
      throw new Error("no context");
    });
  new Loop(paint).run();
  expect(() => frame(0, 0)).toThrow("no context");
  frame(20, 0);
  expect(paint).toHaveBeenCalledTimes(2);
});
