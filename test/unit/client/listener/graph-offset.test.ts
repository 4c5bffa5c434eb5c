import { describe, expect, test } from "vitest";
import { GraphOffset } from "../../../../client/listener/graph-offset.ts";

/** Finds what is heard so much later than believed, all being counted. */
function correct(offset: GraphOffset, lateMs: number, now: number): number {
  return offset.find(offset.mark(now), lateMs, offset.skippedBefore(now));
}

describe("GraphOffset", () => {
  test("follows what the browser tells until it was measured", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    const first = offset.value;
    offset.tell(130, 20);
    expect(offset.value - first).toBeCloseTo(30);
    expect(offset.exact).toBe(false);
  });

  test("keeps to what was measured while the browser's own times tremble", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    const told = offset.value;
    correct(offset, -7.25, 0);
    for (const trembling of [95, 106, 110, 91]) expect(offset.tell(trembling, 20)).toBe(true);
    expect(offset.value).toBeCloseTo(told - 7.25);
    expect(offset.exact).toBe(true);
  });

  test("counts what the jitter buffer leaves out and puts in", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    correct(offset, 3, 0);
    const measured = offset.value;
    for (const skipped of [40, 40, -15]) {
      offset.skip(skipped, 20);
      expect(offset.tell(100 + offset.value - measured, 20)).toBe(true);
    }
    expect(offset.value - measured).toBeCloseTo(65);
    expect(offset.exact).toBe(true);
  });

  test("counts on while what was looked at is being found", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    correct(offset, 3, 0);
    const measured = offset.value;
    const mark = offset.mark(1_000);
    offset.skip(-14.6, 1_200);
    offset.miss(10);
    offset.find(mark, 20, [0]);
    expect(offset.value - measured).toBeCloseTo(20 - 14.6 - 10);
  });

  test("does not count again what was heard before it was counted", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    correct(offset, 3, 0);
    const measured = offset.value;
    const mark = offset.mark(1_000);
    offset.skip(-14.6, 1_050);
    expect(offset.find(mark, -14.6, offset.skippedBefore(1_000))).toBeCloseTo(0);
    expect(offset.value - measured).toBeCloseTo(-14.6);
  });

  test.each([
    ["counted already", [-14.6, 980], 14.6],
    ["some of it", [-14.6, 980], 7.3],
    ["counted meanwhile", [-7, 1_040], 0],
  ] as const)("leaves alone what differs because it is on its way to be heard: %s", (_, [ms, at], late) => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    correct(offset, 3, 0);
    const measured = offset.value;
    if (at < 1_000) offset.skip(ms, at);
    const mark = offset.mark(1_000);
    if (at > 1_000) offset.skip(ms, at);
    expect(offset.find(mark, late, offset.skippedBefore(1_000))).toBeCloseTo(0);
    expect(offset.value - measured).toBeCloseTo(ms);
  });

  test("takes whole beats for missed or dropped, whatever is on its way", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    correct(offset, 3, 0);
    const measured = offset.value;
    const mark = offset.mark(1_000);
    offset.skip(12.9, 1_050);
    expect(offset.find(mark, 10, offset.skippedBefore(1_000))).toBeCloseTo(10);
    expect(offset.value - measured).toBeCloseTo(22.9);
  });

  test.each([
    ["the other way", -10, 990],
    ["more", 30, 990],
    ["long after", 14.6, 900],
  ])("takes what cannot be on its way: %s", (_, late, skippedAt) => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    correct(offset, 3, 0);
    offset.skip(-14.6, skippedAt);
    const before = offset.value;
    expect(correct(offset, late, 1_000)).toBeCloseTo(late);
    expect(offset.value - before).toBeCloseTo(late);
  });

  test("counts the beats that the graph has missed, which the browser does not tell of", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    offset.miss(10);
    expect(offset.value).toBeCloseTo(92);
    correct(offset, 3, 0);
    const measured = offset.value;
    offset.miss(10);
    expect(offset.value - measured).toBeCloseTo(-10);
    expect(offset.tell(100, 20)).toBe(true);
  });

  test("asks for a new measurement when more or less waits before the graph, and keeps the old one", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    correct(offset, 0, 0);
    const measured = offset.value;
    for (let now = 20; now < 10_000; now += 20) expect(offset.tell(130, now)).toBe(false);
    expect(offset.exact).toBe(true);
    expect(offset.value).toBe(measured);
    correct(offset, 10, 10_000);
    expect(offset.tell(130, 10_000)).toBe(true);
    expect(offset.value - measured).toBeCloseTo(10);
  });

  test("drops the measurement some time after the browser reports a jump that was not counted", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    correct(offset, 3, 0);
    const measured = offset.value;
    for (let now = 20; now < 2_000; now += 20) expect(offset.tell(60, now)).toBe(false);
    expect(offset.value).toBe(measured);
    for (let now = 2_000; now < 3_000; now += 20) offset.tell(60, now);
    expect(offset.exact).toBe(false);
    const told = offset.value;
    offset.tell(61, 3_000);
    expect(offset.value - told).toBeCloseTo(1);
  });

  test("believes what is found again and again more than what the browser tells", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    correct(offset, 3, 0);
    const measured = offset.value;
    for (let now = 20; now < 20_000; now += 20) {
      offset.tell(200, now);
      if (now % 1_000 === 0) correct(offset, 0, now);
    }
    expect(offset.exact).toBe(true);
    expect(offset.value).toBeCloseTo(measured);
  });

  test("ignores repeated findings that contradict the browser: a steady tone fits anywhere", () => {
    const offset = new GraphOffset();
    offset.tell(1_000, 0);
    correct(offset, 3, 0);
    for (let now = 20; now < 4_000; now += 20) {
      offset.tell(300, now);
      if (now % 400 === 0) correct(offset, 0, now);
    }
    const found = offset.value;
    offset.reset();
    expect(found).toBeCloseTo(offset.value);
  });

  test("keeps what was measured through a stall that passes", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    correct(offset, 3, 0);
    const measured = offset.value;
    for (let now = 20; now < 20_000; now += 20) offset.tell(now % 4_000 < 2_000 ? 180 : 100, now);
    expect(offset.exact).toBe(true);
    expect(offset.value).toBe(measured);
  });

  test("starts afresh with another graph", () => {
    const offset = new GraphOffset();
    offset.tell(100, 0);
    correct(offset, 3, 0);
    offset.reset();
    expect(offset.exact).toBe(false);
  });
});
