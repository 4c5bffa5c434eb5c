import * as v from "valibot";
import { expect, test } from "vitest";
import { STENCIL_PIXELS_MAX } from "../../../../server/protocol/stencil.ts";
import { StencilSchema } from "../../../../server/protocol/stencil-schema.ts";

const stencil = (width: number, height: number, bytes = width * height) => ({
  width,
  height,
  distances: Buffer.alloc(bytes, 128).toString("base64"),
});
const isValid = (value: unknown) => v.is(StencilSchema, value);

test.each([
  [8, 8],
  [128, 128],
  [8, STENCIL_PIXELS_MAX / 8],
  [97, 101],
])("a stencil of %d × %d pixels is accepted", (width, height) => {
  expect(isValid(stencil(width, height))).toBe(true);
});

test.each([
  ["too narrow", stencil(7, 8)],
  ["too large", stencil(128, 129)],
  ["with a missing pixel", stencil(9, 9, 80)],
  ["with a pixel too many", stencil(9, 9, 82)],
  ["of half a pixel", stencil(9.5, 8, 76)],
  ["whose distances are no base64", { width: 8, height: 9, distances: "?".repeat(96) }],
  // "K" as Unicode's sign for kelvin: a decoder skips it.
  ["with letters beyond ASCII", { width: 8, height: 8, distances: `${"\u212a".repeat(86)}==` }],
  ["with too few characters", { width: 8, height: 8, distances: "A".repeat(85) }],
  ["with more than its distances", { ...stencil(8, 8), script: "" }],
])("a stencil %s is refused", (_, value) => {
  expect(isValid(value)).toBe(false);
});

test("a text that is no base64 is refused in time that grows with its length only", () => {
  // With a regular expression that looks for the end of the text, this took minutes.
  const distances = `${"=".repeat(1_000_000)}a`;
  expect(isValid({ width: 8, height: 8, distances })).toBe(false);
});
