import { describe, expect, it } from "vitest";
import { GraphOffset } from "../../../client/listener/graph-offset.ts";

describe("GraphOffset", () => {
  it("follows what the browser tells until it was measured", () => {
    const offset = new GraphOffset();
    offset.tell(100);
    const first = offset.value;
    offset.tell(130);
    expect(offset.value - first).toBeCloseTo(30);
    expect(offset.exact).toBe(false);
  });

  it("keeps to what was measured while the browser's own times tremble", () => {
    const offset = new GraphOffset();
    offset.tell(100);
    const told = offset.value;
    offset.correct(-7.25);
    for (const trembling of [95, 106, 110, 91]) expect(offset.tell(trembling)).toBe(true);
    expect(offset.value).toBeCloseTo(told - 7.25);
    expect(offset.exact).toBe(true);
  });

  it("counts what the jitter buffer leaves out and puts in", () => {
    const offset = new GraphOffset();
    offset.tell(100);
    offset.correct(3);
    const measured = offset.value;
    for (const skipped of [40, 40, -15]) {
      offset.skip(skipped);
      expect(offset.tell(100 + offset.value - measured)).toBe(true);
    }
    expect(offset.value - measured).toBeCloseTo(65);
    expect(offset.exact).toBe(true);
  });

  it("gives up what was measured when the browser tells of a jump that nobody counted", () => {
    const offset = new GraphOffset();
    offset.tell(100);
    offset.correct(3);
    expect(offset.tell(60)).toBe(false);
    expect(offset.exact).toBe(false);
    const told = offset.value;
    offset.tell(61);
    expect(offset.value - told).toBeCloseTo(1);
  });

  it("starts afresh with another graph", () => {
    const offset = new GraphOffset();
    offset.tell(100);
    offset.correct(3);
    offset.reset();
    expect(offset.exact).toBe(false);
  });
});
