import { expect, test } from "vitest";
import { found } from "../../../../../client/host/wall/find-screen.tsx";

const SCREENS = [
  { number: 1, name: "Bar" },
  { number: 12, name: "Stage left" },
  { number: 3, name: "Über der Bühne" },
  { number: 120, name: "Backstage 12" },
];
const numbers = (typed: string) => found(SCREENS, typed).map(({ number }) => number);

test("a number finds that screen first, then names that have it", () => {
  expect(numbers("12")).toEqual([12, 120]);
});

test("a part of a name finds it in any case, beginnings first", () => {
  expect(numbers("STAGE")).toEqual([12, 120]);
  expect(numbers("über")).toEqual([3]);
});

test("nothing is found by nothing, or by what no screen has", () => {
  expect(numbers("  ")).toEqual([]);
  expect(numbers("door")).toEqual([]);
});
