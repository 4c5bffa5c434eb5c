import { beforeEach, expect, test } from "vitest";
import { delayAt } from "../../../../server/protocol/timing.ts";
import { WallDelays } from "../../../../server/room/wall-delay.ts";

let now: number;
let delays: WallDelays;

beforeEach(() => {
  now = 0;
  delays = new WallDelays(() => now);
});

/** The delay at each ms, updated once a second. */
function run(needs: readonly number[], seconds: number): number[] {
  const course: number[] = [];
  for (const end = now + seconds * 1_000; now < end; now++) {
    if (now % 1_000 === 0) delays.update(needs);
    course.push(delayAt(delays.current, now));
  }
  return course;
}

const steps = (course: number[]) => course.slice(1).map((delay, index) => Math.abs(delay - course[index]!));

test("the delay rises to the need plus a margin within two seconds", () => {
  const course = run([100, 250], 3);
  expect(course[0]).toBe(150);
  expect(course[2_000]).toBe(270);
});

test("the delay changes gradually for any sequence of needs", () => {
  const course = [400, 80, 1_500, 60, 90].flatMap((need) => run([need], 20));
  expect(Math.max(...steps(course))).toBeLessThan(0.21);
});

test("the delay falls slowly, and ends a little above the need", () => {
  run([400], 5);
  expect(run([100], 10).at(-1)).toBeGreaterThan(300);
  const rest = run([100], 60).at(-1)!;
  expect(rest).toBeGreaterThanOrEqual(120);
  expect(rest).toBeLessThan(150);
});

test("the delay does not follow one slow screen among many", () => {
  const needs = Array.from({ length: 40 }, () => 100);
  expect(run([...needs, 3_000], 30).at(-1)).toBeLessThanOrEqual(150);
});

test("the delay stays within its limits", () => {
  expect(run([2_000, 2_000], 15).at(-1)).toBe(2_000);
  expect(run([0], 400).at(-1)).toBe(60);
});

test.each([
  ["alone", [], 520],
  ["beside a fast one", [100], 520],
  ["beside slow ones", [240, 300], 670],
  ["in a wall of nineteen", Array.from({ length: 18 }, () => 100), 520],
  ["with a second such screen in a wall of eight", [100, 100, 100, 100, 100, 100, 2_000], 520],
])(
  "one screen that reports a need of two seconds, %s, raises the delay by a limited amount",
  (_, others, most) => {
    expect(run([...others, 2_000], 30).at(-1)).toBeLessThanOrEqual(most);
  },
);

test.each([[[480]], [[80, 480]], [[80, 80, 80, 480]], [[60, 60, 900, 900]]])(
  "in a small wall the delay meets the needs of slow screens: %j",
  (needs) => {
    expect(run(needs, 30).at(-1)).toBeGreaterThanOrEqual(Math.max(...needs));
  },
);

test("implausible needs are ignored", () => {
  expect(run([100, -50, 60_000, 2_001, Number.NaN], 30).at(-1)).toBe(run([100], 30).at(-1));
  expect(delays.isTooShortFor(60_000)).toBe(false);
});

test("the host's choice applies until the host removes it", () => {
  delays.set(500);
  expect(run([100], 5).at(-1)).toBe(500);
  expect(delays.current.auto).toBe(false);
  delays.set(null);
  expect(run([100], 60).at(-1)).toBeLessThan(150);
});

test("the delay is too short only for a need above its target, and never if the host has set it", () => {
  expect(delays.isTooShortFor(150)).toBe(false);
  expect(delays.isTooShortFor(151)).toBe(true);
  delays.set(60);
  expect(delays.isTooShortFor(500)).toBe(false);
});
