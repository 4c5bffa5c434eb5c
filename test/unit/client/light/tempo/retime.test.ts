import { expect, test } from "vitest";
import type { TrackedBeats } from "../../../../../client/light/tempo/beat-tracker.ts";
import { doubled, halved } from "../../../../../client/light/tempo/retime.ts";

const rhythm: TrackedBeats = {
  beats: [100, 600, 1_100, 1_600, 2_100, 5_000, 5_400, 5_800],
  sections: [
    { firstBeat: 0, endBeat: 5, bpm: 120, confidence: 0.9, barOffset: 1, barConfidence: 0.8 },
    { firstBeat: 5, endBeat: 8, bpm: 150, confidence: 0.7, barOffset: 2, barConfidence: 0.1 },
  ],
};

test("doubled beats have one more between two, and bars keep their place", () => {
  const { beats, sections } = doubled(rhythm);
  expect(beats.slice(0, 10)).toEqual([100, 350, 600, 850, 1_100, 1_350, 1_600, 1_850, 2_100, 2_350]);
  expect(beats.slice(10)).toEqual([5_000, 5_200, 5_400, 5_600, 5_800, 6_000]);
  expect(sections).toMatchObject([
    { firstBeat: 0, endBeat: 10, bpm: 240, barOffset: 2, confidence: 0.9 },
    { firstBeat: 10, endBeat: 16, bpm: 300, barOffset: 0, confidence: 0.7 },
  ]);
});

test("halved beats are every second one, with those that begin bars", () => {
  const { beats, sections } = halved(rhythm);
  expect(beats).toEqual([600, 1_600, 5_000, 5_800]);
  expect(sections).toMatchObject([
    { firstBeat: 0, endBeat: 2, bpm: 60, barOffset: 0 },
    { firstBeat: 2, endBeat: 4, bpm: 75, barOffset: 1 },
  ]);
});

test("halving what was doubled gives the same beats", () => {
  expect(halved(doubled(rhythm)).beats).toEqual(rhythm.beats);
});
