import { expect, test } from "vitest";
import { sentSize } from "../../../../../client/host/picture/picture-size.ts";

test.each([
  ["a small one as it is", 640, 360, 640, 360],
  ["720p as it is", 1_280, 720, 1_280, 720],
  ["4K smaller", 3_840, 2_160, 1_280, 720],
  ["an ultra-wide one by its width", 3_440, 1_440, 1_280, 536],
  ["an old camera by its height", 1_600, 1_200, 960, 720],
  ["a phone's upright", 1_080, 1_920, 720, 1_280],
  ["odd sides even", 853, 481, 854, 482],
  ["a line with a height", 4_000, 1, 1_280, 2],
])("%s: %i × %i becomes %i × %i", (_, width, height, toWidth, toHeight) => {
  const size = sentSize({ width, height });
  expect(Math.abs(size.width - toWidth)).toBeLessThanOrEqual(2);
  expect(Math.abs(size.height - toHeight)).toBeLessThanOrEqual(2);
  expect([size.width % 2, size.height % 2]).toEqual([0, 0]);
});
