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
  /** Powers in dB that are levels times ten, so that small changes are not emphasised much. */
  const sounding = (levelAt: (media: number) => number) => ({
    powerAt: levelAt,
    riseGainAt: () => 1,
    levelOf: (db: number) => db,
    riseMs: 0,
    fallMs: 100,
  });

  /** What a screen shows at 1500 ms if it paints every `interval` ms. */
  function shown(interval: number): number {
    const smooth = new Smooth();
    const music = sounding((media) => Math.abs(Math.sin(media / 50)));
    for (let media = 0.3; media < 1_500; media += interval) smooth.at(media, music);
    return smooth.at(1_500, music);
  }

  test("shows a steady level as it is", () => {
    const smooth = new Smooth();
    const music = sounding(() => 0.4);
    for (let media = 0; media <= 500; media += 16.7) expect(smooth.at(media, music)).toBe(0.4);
  });

  test("shows a sudden rise within one step of the grid, and lets it fall slowly", () => {
    const smooth = new Smooth();
    const pulse = sounding((media) => (media >= 300 && media < 330 ? 0.5 : 0));
    expect(smooth.at(288, pulse)).toBe(0);
    expect(smooth.at(311, pulse)).toBeGreaterThanOrEqual(0.5);
    expect(smooth.at(480, pulse)).toBeGreaterThan(0.2);
    expect(smooth.at(1_000, pulse)).toBeLessThan(0.01);
  });

  test("gives the same level at the same media time for every frame rate", () => {
    expect(shown(16.7)).toBe(shown(8.3));
    expect(shown(16.7)).toBe(shown(43));
  });

  test("a screen that began later shows the same soon", () => {
    const music = sounding((media) => Math.abs(Math.sin(media / 300)));
    const [early, late] = [new Smooth(), new Smooth()];
    for (let media = 0; media < 4_000; media += 16.7) {
      const level = early.at(media, music);
      if (media < 1_000) continue;
      const other = late.at(media, music);
      if (media > 2_500) expect(Math.abs(other - level)).toBeLessThan(0.01);
    }
  });
});
