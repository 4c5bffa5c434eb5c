import { expect, test } from "vitest";
import { decodeWish, encodeWish } from "../../../../server/relay/wishes.ts";

test("a wish for pictures, or for a key frame, arrives as it was sent", () => {
  for (const wish of [{}, { keyframe: "high" }, { keyframe: "low" }] as const) {
    expect(decodeWish(encodeWish(wish))).toEqual(wish);
  }
});

test("a wish of another version, with an unknown layer, too short or too long, is none", () => {
  for (const bytes of [[], [1], [2, 0], [1, 3], [1, 255], [1, 0, 0]]) {
    expect(decodeWish(Buffer.from(bytes))).toBeUndefined();
  }
});
