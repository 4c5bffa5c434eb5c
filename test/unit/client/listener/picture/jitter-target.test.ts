import fc from "fast-check";
import { expect, test } from "vitest";
import { JitterTarget } from "../../../../../client/listener/picture/jitter-target.ts";

/**
 * A browser that gets a picture every 40 ms, so long before it is due that it must wait, and that approaches
 * a target by 100 ms in a second. Returns the leads of the last second.
 */
function run(target: JitterTarget, { arrivesAhead, seconds }: { arrivesAhead: number; seconds: number }) {
  let waits = target.ms;
  const leads: number[] = [];
  for (let ms = 0; ms < seconds * 1_000; ms += 40) {
    waits += Math.min(Math.max(target.ms - waits, -4), 4);
    const lead = arrivesAhead - waits;
    target.take(lead, ms);
    leads.push(lead);
  }
  return leads.slice(-25);
}

test("begins by the wall delay", () => {
  expect(new JitterTarget(400, 70).ms).toBe(330);
  expect(new JitterTarget(60, 70).ms).toBe(0);
});

test("has pictures decoded shortly before they are due", () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 1_900 }), fc.integer({ min: 60, max: 2_000 }), (ahead, delay) => {
      const leads = run(new JitterTarget(delay, 70), { arrivesAhead: ahead, seconds: 40 });
      for (const lead of leads) expect(Math.abs(lead - 70)).toBeLessThanOrEqual(30);
    }),
  );
});

test("does not ask for more than a browser can do where pictures come late", () => {
  const target = new JitterTarget(60, 70);
  run(target, { arrivesAhead: -200, seconds: 10 });
  expect(target.ms).toBe(0);
});

test("says whether it has changed, once a second at most", () => {
  const target = new JitterTarget(400, 70);
  expect(target.take(200, 0)).toBe(false);
  expect(target.take(200, 500)).toBe(false);
  expect(target.take(200, 1_000)).toBe(true);
  expect(target.ms).toBe(430);
  expect(target.take(75, 1_500)).toBe(false);
  expect(target.take(75, 1_700)).toBe(false);
  expect(target.take(75, 2_100)).toBe(false);
  expect(target.ms).toBe(430);
});
