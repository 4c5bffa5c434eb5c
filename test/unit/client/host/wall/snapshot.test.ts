import { expect, test } from "vitest";
import { fitted } from "../../../../../client/host/wall/snapshot.ts";

test.each([
  [
    { width: 1, height: 1 },
    { across: 96, down: 54, left: 0, top: 0 },
  ],
  [
    { width: 3, height: 2 },
    { across: 32, down: 18, left: 0, top: 9 },
  ],
  [
    { width: 1, height: 3 },
    { across: 32, down: 18, left: 32, top: 0 },
  ],
])("a wall of %o fills a picture of 96 × 54 as far as its shape allows", (extent, place) => {
  expect(fitted(extent)).toEqual(place);
});
