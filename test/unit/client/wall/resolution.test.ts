import { expect, test } from "vitest";
import { Resolution } from "../../../../client/wall/resolution.ts";

const FULL_HD = 1_920 * 1_080;

/**
 * Runs a display for some seconds. Its frames take `cost` ms at full resolution, plus `fixed` ms at any
 * resolution.
 */
function run(resolution: Resolution, seconds: number, cost: number, fixed = 0, refresh = 1_000 / 60): number {
  let last = 0;
  for (let time = 0; time < seconds * 1_000; time += last) {
    const needed = Math.max(cost * resolution.scale ** 2, fixed);
    last = Math.ceil(needed / refresh - 1e-6) * refresh || refresh;
    resolution.add(last);
  }
  return last;
}

test("stays at the highest resolution while frames are in time", () => {
  const resolution = new Resolution(FULL_HD);
  run(resolution, 60, 9);
  expect(resolution.scale).toBe(1);
});

test.each([
  [30, 3],
  [60, 3],
  [200, 3],
  [500, 6],
])("where a full frame takes %i ms it comes down within %i seconds", (cost, seconds) => {
  const resolution = new Resolution(FULL_HD);
  expect(run(resolution, seconds, cost)).toBeCloseTo(1_000 / 60);
  expect(resolution.scale).toBeLessThan(1);
});

test("goes back up when frames become faster, and hardly varies while they do not", () => {
  const resolution = new Resolution(FULL_HD);
  run(resolution, 5, 40);
  const low = resolution.scale;
  run(resolution, 120, 40);
  expect(resolution.scale).toBeGreaterThan(low * 0.6);
  run(resolution, 120, 4);
  expect(resolution.scale).toBe(1);
});

test("keeps its resolution if a lower one does not help, as on a display of 30 frames per second", () => {
  const resolution = new Resolution(FULL_HD);
  run(resolution, 10, 5, 0, 1_000 / 30);
  expect(resolution.scale).toBe(1);
});

test("ignores the intervals of a hidden page", () => {
  const resolution = new Resolution(FULL_HD);
  for (let n = 0; n < 200; n++) resolution.add(n % 2 ? 1_000 / 60 : 5_000);
  expect(resolution.scale).toBe(1);
});

test("keeps the resolution of a small screen", () => {
  const resolution = new Resolution(320 * 180);
  run(resolution, 10, 400);
  expect(resolution.scale).toBe(1);
});

test("does not exceed its limits", () => {
  const resolution = new Resolution(8_400_000);
  run(resolution, 60, 4);
  expect(resolution.scale).toBe(0.5);
});
