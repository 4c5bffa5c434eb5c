import { expect, test } from "vitest";
import { DrawTimes } from "../../../../../client/host/picture/draw-times.ts";

test("each picture that is announced is drawn, but at most about 30 a second", () => {
  const times = new DrawTimes();
  const drawn = Array.from({ length: 60 }, (_, n) => (n * 1_000) / 60).filter((now) => times.isDueFor(now));
  expect(drawn).toHaveLength(30);
  const slow = new DrawTimes();
  expect([0, 42, 83, 125].every((now) => slow.isDueFor(now))).toBe(true);
});

test("where pictures are announced but none comes, one that stands is drawn more than twice a second", () => {
  const times = new DrawTimes();
  times.isDueFor(0);
  const ticks = Array.from({ length: 300 }, (_, n) => (n + 1) * 10);
  const drawn = ticks.filter((now) => times.isDueAt(now, true));
  expect(drawn.slice(0, 2)).toEqual([400, 800]);
});

test("while pictures come, ticks draw none between them", () => {
  const times = new DrawTimes();
  times.isDueFor(0);
  expect(times.isDueAt(33, true)).toBe(false);
});

test("where pictures are not announced, as while the page is hidden, each tick draws", () => {
  const times = new DrawTimes();
  expect([0, 33, 66].every((now) => times.isDueAt(now, false))).toBe(true);
});

test("another source is drawn at once", () => {
  const times = new DrawTimes();
  times.isDueFor(0);
  times.begin();
  expect(times.isDueAt(1, true)).toBe(true);
});
