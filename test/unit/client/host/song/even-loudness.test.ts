import { expect, test } from "vitest";
import { gainFor } from "../../../../../client/host/song/even-loudness.ts";

test.each([
  ["a loud song softer", { lufs: -7, peakDb: 0 }, -7],
  ["a soft song with room above it louder", { lufs: -20, peakDb: -9 }, 6],
  ["a soft song louder up to its highest sample", { lufs: -20, peakDb: -4 }, 3],
  ["a soft song with a high sample not at all", { lufs: -20, peakDb: -0.5 }, 0],
  ["a song that is very soft by 12 dB at most", { lufs: -45, peakDb: -30 }, 12],
  ["silence not at all", { lufs: undefined, peakDb: Number.NEGATIVE_INFINITY }, 0],
])("equal loudness makes %s", (_, loudness, gainDb) => {
  expect(gainFor(loudness)).toBeCloseTo(gainDb);
});

test("a song that is not analysed is played as it is", () => {
  expect(gainFor(undefined)).toBe(0);
});
