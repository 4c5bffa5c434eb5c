import { describe, expect, test } from "vitest";
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

  test("keeps more than two seconds of levels at 120 frames a second", () => {
    const levels = new Timeline();
    for (let frame = 0; frame < 2_000; frame++) levels.add(frame * 8.3, frame);
    expect(levels.at(1_999 * 8.3 - 2_000)).toBeCloseTo(1_999 - 2_000 / 8.3);
  });
});

describe("Smooth", () => {
  const FALL_MS = 120;

  /** What a screen shows at 1500 ms if it paints every `interval` ms. */
  function shown(interval: number): number {
    const levels = (media: number) => Math.abs(Math.sin(media / 50));
    const smooth = new Smooth();
    for (let media = 0.3; media < 1_500; media += interval) smooth.at(media, levels, FALL_MS);
    return smooth.at(1_500, levels, FALL_MS);
  }

  test("shows a steady rise when it is due", () => {
    const smooth = new Smooth();
    for (let media = 0; media <= 500; media += 16.7) {
      expect(smooth.at(media, (at) => at / 1_000, FALL_MS)).toBeCloseTo(media / 1_000, 9);
    }
  });

  test("shows a sudden rise within one step of the grid, and lets it fall slowly", () => {
    const smooth = new Smooth();
    const pulse = (media: number) => (media >= 300 && media < 330 ? 1 : 0);
    const at = (media: number) => smooth.at(media, pulse, FALL_MS);
    expect(at(288)).toBe(0);
    expect(at(311)).toBe(1);
    expect(at(330 + FALL_MS)).toBeGreaterThan(0.3);
    expect(at(330 + 5 * FALL_MS)).toBeLessThan(0.01);
  });

  test("gives the same level at the same media time for every frame rate", () => {
    expect(shown(16.7)).toBe(shown(8.3));
    expect(shown(16.7)).toBe(shown(43));
  });

  test("a screen that began later shows the same soon", () => {
    const levels = (media: number) => Math.abs(Math.sin(media / 300));
    const [early, late] = [new Smooth(), new Smooth()];
    for (let media = 0; media < 3_000; media += 16.7) {
      const level = early.at(media, levels, FALL_MS);
      if (media > 1_000) {
        const other = late.at(media, levels, FALL_MS);
        if (media > 1_600) expect(Math.abs(other - level)).toBeLessThan(0.01);
      }
    }
  });
});
