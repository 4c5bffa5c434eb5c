import { describe, expect, it } from "vitest";
import { Glide } from "../../../../client/listener/glide.ts";
import { Needs } from "../../../../client/listener/needs.ts";
import { Smooth } from "../../../../client/listener/smooth.ts";
import { Timeline } from "../../../../client/listener/timeline.ts";

describe("Timeline", () => {
  it("is dark while empty", () => {
    expect(new Timeline().newest).toBeUndefined();
    expect(new Timeline().at(5)).toBe(0);
  });

  it("gives levels between their neighbours, and the nearest beyond both ends", () => {
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

  it("takes only what is newer, and starts afresh at another time", () => {
    const levels = new Timeline();
    levels.add(1_000, 0.5);
    levels.add(990, 0.9);
    expect(levels.at(995)).toBe(0.5);
    levels.add(100, 0.7);
    expect(levels.newest).toBe(100);
  });

  it.each([
    ["later", 5, { 0: 0, 15: 1.5, 35: 3, 40: 3.5 }],
    ["earlier", -15, { 0: 0, 10: 1, 20: 3.5, 35: 5 }],
  ])("moves what was labelled wrongly, %s, and keeps the order", (_, by, levels) => {
    const moved = new Timeline();
    for (let n = 0; n <= 5; n++) moved.add(n * 10, n);
    moved.move(20, by);
    for (const [time, level] of Object.entries(levels)) expect(moved.at(Number(time))).toBeCloseTo(level);
  });

  it("remembers more than two seconds at 120 frames a second", () => {
    const levels = new Timeline();
    for (let frame = 0; frame < 2_000; frame++) levels.add(frame * 8.3, frame);
    expect(levels.at(1_999 * 8.3 - 2_000)).toBeCloseTo(1_999 - 2_000 / 8.3);
  });
});

describe("Glide", () => {
  /** What is painted at each frame while `due` says what is due. */
  function run(due: (now: number) => number, frames: number): number[] {
    const glide = new Glide();
    return Array.from({ length: frames }, (_, frame) => glide.next(due(frame * 16), frame * 16));
  }

  it("begins wherever it is due and stays with it", () => {
    expect(run((now) => 500 + now, 10).at(-1)).toBe(500 + 9 * 16);
  });

  it.each([200, -200])(
    "makes up for a step of %i ms within a second, never back and never in a jump",
    (step) => {
      const painted = run((now) => (now < 160 ? now : now + step), 80);
      const moves = painted.slice(1).map((media, index) => media - painted[index]!);
      expect(Math.min(...moves)).toBeGreaterThan(0.55 * 16);
      expect(Math.max(...moves)).toBeLessThan(1.45 * 16);
      expect(painted.at(-1)).toBeCloseTo(79 * 16 + step);
    },
  );

  it("starts where it is told, and glides from there to where it is due", () => {
    const glide = new Glide();
    glide.start(150, 0);
    const painted = Array.from({ length: 60 }, (_, frame) => glide.next((frame + 1) * 16, (frame + 1) * 16));
    expect(painted[0]).toBeCloseTo(150 + 0.6 * 16);
    expect(painted.at(-1)).toBeCloseTo(60 * 16);
  });

  it.each([700, 950])("makes up for %i ms in a second and a half, and never stands still", (gap) => {
    const glide = new Glide();
    glide.start(gap, 0);
    const painted = Array.from({ length: 94 }, (_, frame) => glide.next((frame + 1) * 16, (frame + 1) * 16));
    const moves = painted.slice(1).map((media, index) => media - painted[index]!);
    expect(Math.min(...moves)).toBeGreaterThan(0);
    expect(painted.at(-1)).toBeCloseTo(94 * 16);
  });

  it("goes at once to another place in the song", () => {
    expect(run((now) => (now < 160 ? now : now + 60_000), 20).at(-1)).toBe(19 * 16 + 60_000);
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

  it("shows the same at the same place, whatever the frame rate", () => {
    expect(shown(16.7)).toBeCloseTo(shown(8.3), 3);
    expect(shown(16.7)).toBeCloseTo(shown(43), 3);
  });
});

describe("Needs", () => {
  /** Frames of a screen that needs so much at a delay of 150 ms; returns when it reports what. */
  function run(needs: Needs, from: number, until: number, needed: number) {
    const reports: { at: number; neededMs: number; latenessMs: number }[] = [];
    for (let now = from; now < until; now += 16) {
      needs.add(now, { needed, late: needed - 150 });
      const figures = needs.due(now);
      if (figures) reports.push({ at: now, ...figures });
    }
    return reports;
  }

  it("reports soon, and then now and then", () => {
    const reports = run(new Needs(), 0, 60_000, 100);
    expect(reports[0]).toMatchObject({ neededMs: 100, latenessMs: 0 });
    expect(reports[0]!.at).toBeLessThan(600);
    expect(reports.length).toBeLessThan(8);
  });

  it("says at once that light is late, but not with every frame", () => {
    const needs = new Needs();
    run(needs, 0, 20_000, 100);
    const reports = run(needs, 20_000, 22_000, 230);
    expect(reports[0]!.at).toBeLessThan(20_400);
    expect(reports[0]).toMatchObject({ neededMs: 230, latenessMs: 80 });
    expect(reports.length).toBeLessThan(5);
  });

  it("gives up slowly what was needed once", () => {
    const needs = new Needs();
    run(needs, 0, 5_000, 230);
    const reports = run(needs, 5_000, 20_000, 100);
    expect(reports.at(-1)!.neededMs).toBeGreaterThan(140);
    expect(reports.at(-1)!.neededMs).toBeLessThan(200);
  });
});
