import { expect, test } from "vitest";
import { FlashPhases } from "../../../../../client/light/flash-phases.ts";
import { Pulse } from "../../../../../client/wall/look/pulse.ts";

const PHASES = new FlashPhases();

const FRAME_MS = 1_000 / 60;

/** The phases of some seconds, frame by frame. */
function phases(pulse: Pulse, level: (now: number) => number, wall: boolean, seconds = 4): string[] {
  return Array.from({ length: seconds * 60 }, (_, n) => {
    const now = n * FRAME_MS;
    return pulse.next(level(now), now, wall ? PHASES.at(now) : undefined).phase;
  });
}

/** The largest number of turns between rise and fall within a second. */
function turnsInASecond(all: readonly string[]): number {
  const moving = all.map((phase, n) => ({ phase, n })).filter(({ phase }) => phase !== "hold");
  const turns = moving.flatMap(({ phase, n }, i) => (i > 0 && phase !== moving[i - 1]!.phase ? [n] : []));
  return Math.max(0, ...turns.map((from) => turns.filter((n) => n >= from && n < from + 60).length));
}

test("follows the wall's phase", () => {
  const wall = phases(new Pulse(), () => 0.5, true);
  expect(wall).toEqual(wall.map((_, n) => PHASES.at(n * FRAME_MS)));
});

test("follows the loudness without a wall's phase, with at most five turns per second", () => {
  const beat = phases(new Pulse(), (now) => (now % 500 < 120 ? 1 : 0), false);
  expect(beat.slice(125, 127)).toContain("rise");
  expect(beat.slice(140, 148)).toContain("fall");
  expect(turnsInASecond(phases(new Pulse(), (now) => (now % 80 < 40 ? 1 : 0), false))).toBeLessThanOrEqual(5);
});

test("skips a rise and a fall when the size of the picture changes", () => {
  const pulse = new Pulse();
  pulse.resized(1_000);
  const all = phases(pulse, () => 0.5, true);
  expect(new Set(all.slice(61, 84))).toEqual(new Set(["hold"]));
  expect(new Set(all.slice(100, 160)).size).toBe(3);
});
