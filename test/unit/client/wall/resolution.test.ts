import { expect, it } from "vitest";
import { Resolution } from "../../../../client/wall/resolution.ts";

const FULL_HD = 1_920 * 1_080;

/**
 * Runs a display for so many seconds whose frames take `cost` ms at full resolution and `fixed` whatever it
 * is.
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

it("stays at its best while frames are in time", () => {
  const resolution = new Resolution(FULL_HD);
  run(resolution, 60, 9);
  expect(resolution.scale).toBe(1);
});

it.each([
  [30, 3],
  [60, 3],
  [200, 3],
  [500, 6],
])("where a full frame takes %i ms it comes down within %i seconds", (cost, seconds) => {
  const resolution = new Resolution(FULL_HD);
  expect(run(resolution, seconds, cost)).toBeCloseTo(1_000 / 60);
  expect(resolution.scale).toBeLessThan(1);
});

it("comes back up when there is room again, and hardly wavers where there is not", () => {
  const resolution = new Resolution(FULL_HD);
  run(resolution, 5, 40);
  const low = resolution.scale;
  run(resolution, 120, 40);
  expect(resolution.scale).toBeGreaterThan(low * 0.6);
  run(resolution, 120, 4);
  expect(resolution.scale).toBe(1);
});

it("keeps its resolution where lower does not help: on a display of 30 a second", () => {
  const resolution = new Resolution(FULL_HD);
  run(resolution, 10, 5, 0, 1_000 / 30);
  expect(resolution.scale).toBe(1);
});

it("takes no notice of a page that was hidden", () => {
  const resolution = new Resolution(FULL_HD);
  for (let n = 0; n < 200; n++) resolution.add(n % 2 ? 1_000 / 60 : 5_000);
  expect(resolution.scale).toBe(1);
});

it("keeps a small screen's resolution", () => {
  const resolution = new Resolution(320 * 180);
  run(resolution, 10, 400);
  expect(resolution.scale).toBe(1);
});

it("never asks for more than it may", () => {
  const resolution = new Resolution(8_400_000);
  run(resolution, 60, 4);
  expect(resolution.scale).toBe(0.5);
});
