import { expect, test } from "vitest";
import { Rounding } from "../../../../../client/listener/pace/rounding.ts";
import { randomOf } from "../../../../support/random.ts";

/** Reads a clock as often as frames come, and now and then in between. */
function seen(round: (time: number) => number, frameMs: number, seconds: number): number {
  const rounding = new Rounding();
  const random = randomOf(7);
  const times: number[] = [];
  for (let time = 0; time < seconds * 1_000; time += frameMs) times.push(time + 3 * random());
  for (let time = 4; time < seconds * 1_000; time += 251) times.push(time);
  for (const time of times.sort((a, b) => a - b)) rounding.see(round(time));
  return rounding.ms;
}

test.each([16.667, 100])("a clock in steps of %d ms is found to be coarse", (step) => {
  expect(seen((time) => Math.floor(time / step) * step, 20, 20)).toBeCloseTo(step, 1);
});

test("a clock that rounds up or down by chance is found to be coarse", () => {
  const random = randomOf(3);
  expect(seen((time) => Math.floor(time / 16 + random()) * 16, 20, 20)).toBeCloseTo(16, 1);
});

test.each([20, 60])("a clock in steps of 1 ms is fine, with frames of %i ms", (frameMs) => {
  expect(seen((time) => Math.floor(time), frameMs, 20)).toBe(0);
});

test("nothing is said after a few readings", () => {
  expect(seen((time) => Math.floor(time / 100) * 100, 20, 2)).toBe(0);
});
