import { expect, test } from "vitest";
import { cueAt, toggledCues } from "../../../../../client/host/song/cue-points.ts";

test("marks are kept in the order of the song", () => {
  expect(toggledCues([10, 30], 20)).toEqual([10, 20, 30]);
});

test("a second press near a mark takes it away", () => {
  expect(toggledCues([10, 20, 30], 20.5)).toEqual([10, 30]);
  expect(toggledCues([10], 11)).toEqual([10, 11]);
});

test("a mark is found from a little before and after it", () => {
  expect(cueAt([10, 20], 19.5)).toBe(20);
  expect(cueAt([10, 20], 15)).toBeUndefined();
});
