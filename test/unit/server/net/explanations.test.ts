import { expect, test } from "vitest";
import { Explanations } from "../../../../server/net/explanations.ts";

const HOUR_MS = 3_600_000;

test("an explanation is logged once an hour", () => {
  let now = 5;
  const explanations = new Explanations(() => now);
  expect(explanations.isDue("https://a.example")).toBe(true);
  expect(explanations.isDue("https://a.example")).toBe(false);
  expect(explanations.isDue("https://b.example")).toBe(true);
  now += HOUR_MS - 1;
  expect(explanations.isDue("https://a.example")).toBe(false);
  now += 1;
  expect(explanations.isDue("https://a.example")).toBe(true);
});

test("a flood of different ones is logged a hundred times, and silences the log for an hour at most", () => {
  let now = 0;
  const explanations = new Explanations(() => now);
  const due = Array.from({ length: 1_000 }, (_, n) => explanations.isDue(`https://${n}.example`));
  expect(due.filter(Boolean)).toHaveLength(100);
  now += HOUR_MS;
  expect(explanations.isDue("https://walls.example")).toBe(true);
});
