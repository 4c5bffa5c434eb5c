import { describe, expect, test } from "vitest";
import { LIGHT_LAG_MS } from "../../../../client/light/level.ts";
import { Smooth, Timeline } from "../../../../client/light/timeline.ts";

describe("Timeline", () => {
  test("gives level 0 while it is empty", () => {
    expect(new Timeline().newest).toBeUndefined();
    expect(new Timeline().at(5)).toBe(0);
  });

  test("interpolates between two levels, and gives the nearest one outside them", () => {
    const levels = new Timeline();
    levels.add(100, 0.2);
    levels.add(120, 0.6);
    levels.add(130, 0.1);
    expect(levels.at(50)).toBe(0.2);
    expect(levels.at(110)).toBeCloseTo(0.4);
    expect(levels.at(125)).toBeCloseTo(0.35);
    expect(levels.at(500)).toBe(0.1);
    expect(levels.newest).toBe(130);
  });

  test("ignores a time that is not newer, and starts again after a jump back", () => {
    const levels = new Timeline();
    levels.add(1_000, 0.5);
    levels.add(990, 0.9);
    expect(levels.at(995)).toBe(0.5);
    levels.add(100, 0.7);
    expect(levels.newest).toBe(100);
  });

  test.each([
    ["later", 5, { 0: 0, 15: 1.5, 35: 3, 40: 3.5 }],
    ["earlier", -15, { 0: 0, 10: 1, 20: 3.5, 35: 5 }],
  ])("moves media times to a %s time, and keeps them in order", (_, by, levels) => {
    const moved = new Timeline();
    for (let n = 0; n <= 5; n++) moved.add(n * 10, n);
    moved.move(20, by);
    for (const [time, level] of Object.entries(levels)) expect(moved.at(Number(time))).toBeCloseTo(level);
  });

  test("keeps more than two seconds of levels at 120 frames a second", () => {
    const levels = new Timeline();
    for (let frame = 0; frame < 2_000; frame++) levels.add(frame * 8.3, frame);
    expect(levels.at(1_999 * 8.3 - 2_000)).toBeCloseTo(1_999 - 2_000 / 8.3);
  });
});

describe("Smooth", () => {
  const levels = new Timeline();
  for (let media = 0; media <= 1_600; media += 7) levels.add(media, Math.abs(Math.sin(media / 50)));

  /** What a screen shows at 1500 ms if it paints every `interval` ms. */
  function shown(interval: number): number {
    const smooth = new Smooth();
    for (let media = 0.3; media < 1_500; media += interval) smooth.at(levels, media);
    return smooth.at(levels, 1_500);
  }

  test("shows a steady rise later by the lag that sound waits for", () => {
    const rise = new Timeline();
    for (let media = 0; media <= 600; media += 10) rise.add(media, media / 1_000);
    const smooth = new Smooth();
    let shown = 0;
    for (let media = 0; media <= 500; media += 16.7) shown = smooth.at(rise, media) - rise.at(media);
    expect(-shown * 1_000).toBeCloseTo(LIGHT_LAG_MS, 0);
  });

  test("gives the same level at the same media time for every frame rate", () => {
    expect(shown(16.7)).toBeCloseTo(shown(8.3), 3);
    expect(shown(16.7)).toBeCloseTo(shown(43), 3);
  });
});
