import * as v from "valibot";
import { STENCIL_PIXELS_MAX, STENCIL_SIDE_MIN } from "./stencil.ts";

const side = v.pipe(v.number(), v.integer(), v.minValue(STENCIL_SIDE_MIN), v.maxValue(STENCIL_PIXELS_MAX));

/** Length of the base64 of so many bytes. */
const lengthOf = (bytes: number) => 4 * Math.ceil(bytes / 3);

/** A stencil; it must have a distance for each of its pixels. */
export const StencilSchema = v.pipe(
  v.strictObject({
    width: side,
    height: side,
    distances: v.pipe(v.string(), v.maxLength(lengthOf(STENCIL_PIXELS_MAX)), v.base64()),
  }),
  v.check(({ width, height, distances }) => {
    const pixels = width * height;
    const padding = /=*$/.exec(distances)![0].length;
    return pixels <= STENCIL_PIXELS_MAX && (distances.length / 4) * 3 - padding === pixels;
  }, "A stencil has a distance for each of its pixels."),
);
