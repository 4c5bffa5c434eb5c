import { describe, expect, test } from "vitest";
import { Glide } from "../../../../client/listener/pace/glide.ts";
import { Needs } from "../../../../client/listener/pace/needs.ts";

describe("Glide", () => {
  /** What is painted at each frame while `due` says what is due. */
  function run(due: (now: number) => number, frames: number): number[] {
    const glide = new Glide();
    return Array.from({ length: frames }, (_, frame) => glide.next(due(frame * 16), frame * 16));
  }

  test("begins wherever it is due and stays with it", () => {
    expect(run((now) => 500 + now, 10).at(-1)).toBe(500 + 9 * 16);
  });

  test.each([200, -200])(
    "makes up for a step of %i ms within a second, never back and never in a jump",
    (step) => {
      const painted = run((now) => (now < 160 ? now : now + step), 80);
      const moves = painted.slice(1).map((media, index) => media - painted[index]!);
      expect(Math.min(...moves)).toBeGreaterThan(0.55 * 16);
      expect(Math.max(...moves)).toBeLessThan(1.45 * 16);
      expect(painted.at(-1)).toBeCloseTo(79 * 16 + step);
    },
  );

  test("starts where it is told, and glides from there to where it is due", () => {
    const glide = new Glide();
    glide.start(150, 0);
    const painted = Array.from({ length: 60 }, (_, frame) => glide.next((frame + 1) * 16, (frame + 1) * 16));
    expect(painted[0]).toBeCloseTo(150 + 0.6 * 16);
    expect(painted.at(-1)).toBeCloseTo(60 * 16);
  });

  test.each([700, 950])("makes up for %i ms in a second and a half, and never stands still", (gap) => {
    const glide = new Glide();
    glide.start(gap, 0);
    const painted = Array.from({ length: 94 }, (_, frame) => glide.next((frame + 1) * 16, (frame + 1) * 16));
    const moves = painted.slice(1).map((media, index) => media - painted[index]!);
    expect(Math.min(...moves)).toBeGreaterThan(0);
    expect(painted.at(-1)).toBeCloseTo(94 * 16);
  });

  test("goes at once to another place in the song", () => {
    expect(run((now) => (now < 160 ? now : now + 60_000), 20).at(-1)).toBe(19 * 16 + 60_000);
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

  test("reports soon, and then now and then", () => {
    const reports = run(new Needs(), 0, 60_000, 100);
    expect(reports[0]).toMatchObject({ neededMs: 100, latenessMs: 0 });
    expect(reports[0]!.at).toBeLessThan(600);
    expect(reports.length).toBeLessThan(8);
  });

  test("says at once that light is late, but not with every frame", () => {
    const needs = new Needs();
    run(needs, 0, 20_000, 100);
    const reports = run(needs, 20_000, 22_000, 230);
    expect(reports[0]!.at).toBeLessThan(20_400);
    expect(reports[0]).toMatchObject({ neededMs: 230, latenessMs: 80 });
    expect(reports.length).toBeLessThan(5);
  });

  test("reports soon what else is new, but not before the first report", () => {
    const needs = new Needs();
    needs.add(0, { needed: 100, late: 0 });
    expect(needs.due(16, true)).toBeUndefined();
    run(needs, 16, 20_000, 100);
    expect(needs.due(20_016)).toBeUndefined();
    expect(needs.due(20_016, true)).toEqual({ neededMs: 100, latenessMs: 0 });
    expect(needs.due(20_600, true)).toBeUndefined();
  });

  test("gives up slowly what was needed once", () => {
    const needs = new Needs();
    run(needs, 0, 5_000, 230);
    const reports = run(needs, 5_000, 20_000, 100);
    expect(reports.at(-1)!.neededMs).toBeGreaterThan(140);
    expect(reports.at(-1)!.neededMs).toBeLessThan(200);
  });
});
