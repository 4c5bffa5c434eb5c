import type { Stencil } from "#protocol/stencil.ts";
import { byteOf } from "../../../wall/look/shape.ts";

/** A picture of one bit a pixel. */
export interface Mask {
  /** In pixels. */
  width: number;
  height: number;
  /** Whether each pixel is part of the shape, row by row from the top. */
  inside: ArrayLike<boolean | number>;
}

/** Farther than any pixel, squared. */
const FAR = 1e12;

/**
 * Makes a stencil from a mask: how far the middle of each of its pixels is from the nearest edge of the mask.
 * @param width of the stencil, in pixels
 */
export function stencilOf(mask: Mask, width: number, height: number): Stencil {
  const toInside = squaredDistances(mask, (n) => Boolean(mask.inside[n]));
  const toOutside = squaredDistances(mask, (n) => !mask.inside[n]);
  const bytes = new Uint8Array(width * height);
  for (let n = 0; n < bytes.length; n++) {
    const x = Math.floor((((n % width) + 0.5) * mask.width) / width);
    const y = Math.floor(((Math.floor(n / width) + 0.5) * mask.height) / height);
    const at = y * mask.width + x;
    // An edge lies half a pixel from the middle of the pixels on both sides of it.
    const inside = mask.inside[at] ? Math.sqrt(toOutside[at]!) - 0.5 : 0.5 - Math.sqrt(toInside[at]!);
    bytes[n] = byteOf(inside / mask.height);
  }
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { width, height, distances: btoa(text) };
}

/**
 * The squared distance of each pixel to the nearest one for which `isGoal` holds, in pixels: the exact
 * transform of Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012.
 */
function squaredDistances({ width, height }: Mask, isGoal: (pixel: number) => boolean): Float64Array {
  const all = Float64Array.from({ length: width * height }, (_, n) => (isGoal(n) ? 0 : FAR));
  const longest = Math.max(width, height);
  const line = new Float64Array(longest);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) line[y] = all[y * width + x]!;
    const found = lowerEnvelope(line, height);
    for (let y = 0; y < height; y++) all[y * width + x] = found[y]!;
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) line[x] = all[y * width + x]!;
    all.set(lowerEnvelope(line, width), y * width);
  }
  return all;
}

/** The transform in one dimension: at each point the lowest of the parabolas that stand on all points. */
function lowerEnvelope(heights: Float64Array, count: number): Float64Array {
  /** Where the parabolas of the envelope stand, and where each begins to be the lowest. */
  const [feet, starts] = [new Int32Array(count), new Float64Array(count + 1)];
  let last = 0;
  starts[0] = Number.NEGATIVE_INFINITY;
  starts[1] = Number.POSITIVE_INFINITY;
  for (let q = 1; q < count; q++) {
    const meets = (foot: number) =>
      (heights[q]! + q * q - (heights[foot]! + foot * foot)) / (2 * q - 2 * foot);
    while (last > 0 && meets(feet[last]!) <= starts[last]!) last -= 1;
    const start = meets(feet[last]!);
    last += 1;
    feet[last] = q;
    starts[last] = start;
    starts[last + 1] = Number.POSITIVE_INFINITY;
  }
  const lowest = new Float64Array(count);
  let at = 0;
  for (let q = 0; q < count; q++) {
    while (starts[at + 1]! < q) at += 1;
    lowest[q] = (q - feet[at]!) ** 2 + heights[feet[at]!]!;
  }
  return lowest;
}
