import { describe, expect, it } from "vitest";
import { GraphOffset } from "../../../client/listener/graph-offset.ts";

describe("GraphOffset", () => {
  it("follows what the browser tells until it was measured", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    const first = offset.value;
    offset.tell(130, 20);
    expect(offset.value - first).toBeCloseTo(30);
    expect(offset.exact).toBe(false);
  });

  it("keeps to what was measured while the browser's own times tremble", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    const told = offset.value;
    offset.correct(-7.25, 0);
    for (const trembling of [95, 106, 110, 91]) expect(offset.tell(trembling, 20)).toBe(true);
    expect(offset.value).toBeCloseTo(told - 7.25);
    expect(offset.exact).toBe(true);
  });

  it("counts what the jitter buffer leaves out and puts in", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    offset.correct(3, 0);
    const measured = offset.value;
    for (const skipped of [40, 40, -15]) {
      offset.skip(skipped, 20);
      expect(offset.tell(100 + offset.value - measured, 20)).toBe(true);
    }
    expect(offset.value - measured).toBeCloseTo(65);
    expect(offset.exact).toBe(true);
  });

  it("does not count again what was found before it was counted", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    offset.correct(3, 0);
    const measured = offset.value;
    offset.correct(-14.6, 1_000);
    offset.skip(-18.1, 1_060);
    expect(offset.value - measured).toBeCloseTo(-18.1);
    offset.skip(-14.6, 1_120);
    expect(offset.value - measured).toBeCloseTo(-32.7);
  });

  it.each([
    ["the other way", 10, -14.6, 60],
    ["more than was counted", -14.6, -3.5, 60],
    ["long ago", -14.6, -14.6, 400],
  ])("counts in full what cannot have been found: %s", (_, found, skipped, after) => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    offset.correct(3, 0);
    const measured = offset.value;
    offset.correct(found, 1_000);
    offset.skip(skipped, 1_000 + after);
    expect(offset.value - measured).toBeCloseTo(found + skipped);
  });

  it("counts the beats that the graph has missed, which the browser does not tell of", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    offset.miss(10);
    expect(offset.value).toBeCloseTo(92);
    offset.correct(3, 0);
    const measured = offset.value;
    offset.miss(10);
    expect(offset.value - measured).toBeCloseTo(-10);
    expect(offset.tell(100, 20)).toBe(true);
  });

  it("asks to be measured again when more or less waits before the graph, and does not give up what it has", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    offset.correct(0, 0);
    const measured = offset.value;
    for (let now = 20; now < 10_000; now += 20) expect(offset.tell(130, now)).toBe(false);
    expect(offset.exact).toBe(true);
    expect(offset.value).toBe(measured);
    offset.correct(10, 0);
    expect(offset.tell(130, 10_000)).toBe(true);
    expect(offset.value - measured).toBeCloseTo(10);
  });

  it("doubts what was measured when the browser tells of a jump that nobody counted, and gives it up in the end", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    offset.correct(3, 0);
    const measured = offset.value;
    for (let now = 20; now < 2_000; now += 20) expect(offset.tell(60, now)).toBe(false);
    expect(offset.value).toBe(measured);
    for (let now = 2_000; now < 3_000; now += 20) offset.tell(60, now);
    expect(offset.exact).toBe(false);
    const told = offset.value;
    offset.tell(61, 3_000);
    expect(offset.value - told).toBeCloseTo(1);
  });

  it("keeps what was measured through a stall that passes", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    offset.correct(3, 0);
    const measured = offset.value;
    for (let now = 20; now < 20_000; now += 20) offset.tell(now % 4_000 < 2_000 ? 180 : 100, now);
    expect(offset.exact).toBe(true);
    expect(offset.value).toBe(measured);
  });

  it("starts afresh with another graph", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    offset.correct(3, 0);
    offset.reset();
    expect(offset.exact).toBe(false);
  });
});
