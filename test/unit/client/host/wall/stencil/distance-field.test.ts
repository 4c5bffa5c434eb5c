import { describe, expect, test } from "vitest";
import { stencilOf } from "../../../../../../client/host/wall/stencil/distance-field.ts";
import { insideOf } from "../../../../../../client/wall/look/shape.ts";

/** How far each pixel of a stencil of this mask is inside it, in heights of the stencil. */
function insides(
  size: number,
  isInside: (x: number, y: number) => boolean,
): (x: number, y: number) => number {
  const inside = Array.from({ length: size * size }, (_, n) => isInside(n % size, Math.floor(n / size)));
  const { width, height, distances } = stencilOf({ width: size, height: size, inside }, 32, 32);
  expect([width, height]).toEqual([32, 32]);
  const bytes = Buffer.from(distances, "base64");
  expect(bytes).toHaveLength(32 * 32);
  return (x, y) => insideOf(bytes[32 * y + x]!);
}

describe("a stencil has the distance of each of its pixels to the edge", () => {
  test("of a half-plane", () => {
    const at = insides(128, (x) => x < 64);
    for (const y of [0, 13, 31]) {
      expect(at(15, y)).toBeCloseTo(0.5 / 32, 2);
      expect(at(16, y)).toBeCloseTo(-0.5 / 32, 2);
      expect(at(12, y)).toBeCloseTo(3.5 / 32, 2);
      expect(at(20, y)).toBeCloseTo(-4.5 / 32, 2);
    }
  });

  test("of a disc, in every direction", () => {
    const at = insides(256, (x, y) => Math.hypot(x - 127.5, y - 127.5) < 80);
    for (let x = 0; x < 32; x++) {
      for (let y = 0; y < 32; y++) {
        const exact = (80 - Math.hypot(8 * x + 4 - 127.5, 8 * y + 4 - 127.5)) / 256;
        if (Math.abs(exact) < 0.24) expect(Math.abs(at(x, y) - exact)).toBeLessThan(0.006);
      }
    }
  });

  test("of nothing, and of everything, as far from any edge as can be said", () => {
    expect(insides(64, () => false)(5, 5)).toBe(-0.25);
    expect(insides(64, () => true)(5, 5)).toBe(0.25);
  });
});
