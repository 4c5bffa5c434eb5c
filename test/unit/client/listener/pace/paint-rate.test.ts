import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PaintRate } from "../../../../../client/listener/pace/paint-rate.ts";

let rate: PaintRate;
let now: number;
let frame: ((at: number) => void) | undefined;
const page = { hidden: false };

beforeEach(() => {
  rate = new PaintRate();
  now = 0;
  frame = undefined;
  page.hidden = false;
  vi.stubGlobal("document", page);
  vi.stubGlobal("requestAnimationFrame", (callback: (at: number) => void) => {
    frame = callback;
    return 1;
  });
  vi.stubGlobal("cancelAnimationFrame", () => {
    frame = undefined;
  });
});

afterEach(() => vi.unstubAllGlobals());

/** Runs a page whose display shows so many pictures a second, and which updates every 250 ms. */
function run(forMs: number, perSecond: number): void {
  const end = now + forMs;
  let updateAt = now;
  for (; now < end; now += 1_000 / perSecond) {
    for (; updateAt <= now; updateAt += 250) rate.update(updateAt);
    const due = page.hidden ? undefined : frame;
    if (due) frame = undefined;
    due?.(now);
  }
}

test.each([30, 60, 120])("a display of %i pictures a second is measured within two seconds", (perSecond) => {
  expect(rate.perSecond).toBeUndefined();
  run(2_000, perSecond);
  expect(rate.perSecond).toBe(perSecond);
});

test("a second in which the page is busy does not count, but a change that stays does", () => {
  run(5_000, 60);
  run(5_000, 12);
  expect(rate.perSecond).toBe(60);
  run(5_000, 60);
  expect(rate.perSecond).toBe(60);
  run(20_000, 30);
  expect(rate.perSecond).toBe(30);
});

test("animation frames are called for a second in five only", () => {
  run(2_000, 60);
  expect(frame).toBeUndefined();
  run(2_900, 60);
  expect(frame).toBeUndefined();
  run(400, 60);
  expect(frame).toBeDefined();
});

test("the rate is unknown while the page is hidden, and measured anew when it is seen again", () => {
  run(2_000, 30);
  page.hidden = true;
  run(60_000, 4);
  expect(rate.perSecond).toBeUndefined();
  page.hidden = false;
  run(2_000, 60);
  expect(rate.perSecond).toBe(60);
});

test("a page without limit of its rate reports one that the server accepts", () => {
  run(2_000, 5_000);
  expect(rate.perSecond).toBe(1_000);
});
