import { expect, test } from "vitest";
import { linesFor } from "../../../../../../client/host/wall/stencil/lines.ts";

/** Each letter is half as wide as it is high. */
const widthOf = (text: string) => text.length / 2;

test.each([
  ["LIGHT", 4, ["LIGHT"]],
  ["GOOD NIGHT EVERYONE", 8, ["GOOD NIGHT EVERYONE"]],
  ["GOOD NIGHT EVERYONE", 2.5, ["GOOD NIGHT", "EVERYONE"]],
  ["GOOD NIGHT EVERYONE", 1, ["GOOD", "NIGHT", "EVERYONE"]],
  ["  a \n b  ", 9, ["a b"]],
  ["", 2, []],
])("%j on a wall of %d : 1 is broken into the lines that are shown largest", (text, ratio, lines) => {
  expect(linesFor(text, ratio, widthOf)).toEqual(lines);
});

test("sixty one-letter words are broken in reasonable time into four lines at most", () => {
  const words = Array.from({ length: 30 }, () => "a").join(" ");
  const lines = linesFor(words, 1, widthOf);
  expect(lines.join(" ")).toBe(words);
  expect(lines.length).toBeLessThanOrEqual(4);
});
