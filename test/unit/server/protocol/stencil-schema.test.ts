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
  ["with more than its distances", { ...stencil(8, 8), script: "" }],
])("a stencil %s is refused", (_, value) => {
  expect(isValid(value)).toBe(false);
});
