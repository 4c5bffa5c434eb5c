import * as v from "valibot";
import { STENCIL_PIXELS_MAX, STENCIL_SIDE_MIN } from "./stencil.ts";
import { base64Schema, bytesIn } from "./values-schema.ts";

const side = v.pipe(v.number(), v.integer(), v.minValue(STENCIL_SIDE_MIN), v.maxValue(STENCIL_PIXELS_MAX));

/** A stencil; it must have a distance for each of its pixels. */
export const StencilSchema = v.pipe(
  v.strictObject({ width: side, height: side, distances: base64Schema(STENCIL_PIXELS_MAX) }),
  v.check(({ width, height, distances }) => {
    const pixels = width * height;
    return pixels <= STENCIL_PIXELS_MAX && bytesIn(distances) === pixels;
  }, "A stencil has a distance for each of its pixels."),
);
