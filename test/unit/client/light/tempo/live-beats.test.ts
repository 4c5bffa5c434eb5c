import { describe, expect, test } from "vitest";
import { LiveBeats } from "../../../../../client/light/tempo/live-beats.ts";
import {
  change,
  clicks,
  drumming,
  type Example,
  fMeasure,
  noise,
  pause,
  STEADY_S,
  tone,
} from "./patterns.ts";

/** Beats are judged from here on, ms. */
const SETTLED_MS = 8_000;
/** Beats are predicted this long before they come, ms. */
const AHEAD_MS = 100;

/** The beats that are predicted {@link AHEAD_MS} ahead while the beat is sure. */
function predicted({ onsets }: Pick<Example, "onsets">, live = new LiveBeats()): number[] {
  const beats: number[] = [];
  for (const [n, onset] of onsets.entries()) {
    live.add(onset);
    const due = 10 * n + AHEAD_MS;
    if ((live.tempo?.confidence ?? 0) < 0.2) continue;
    // What was predicted once is not predicted again when the prediction moves.
    const before = beats.at(-1) ?? Number.NEGATIVE_INFINITY;
    beats.push(...live.beats(due, due + 10).filter((beat) => beat - before > 100));
  }
  return beats;
}

const settled = (times: readonly number[]) => times.filter((time) => time > SETTLED_MS);

function agreement(example: Example): number {
  return fMeasure(settled(predicted(example)), settled(example.beats));
}

describe("steady beats are predicted within 30 ms", () => {
  test.each([60, 84, 97.3, 120, 128, 150, 174])("clicks at %d a minute", (bpm) => {
    const live = new LiveBeats();
    const example = clicks(bpm);
    const beats = predicted(example, live);
    expect(fMeasure(settled(beats), settled(example.beats))).toBeGreaterThanOrEqual(0.85);
    expect(Math.abs(live.tempo!.bpm / bpm - 1)).toBeLessThan(0.01);
    expect(live.tempo!.confidence).toBeGreaterThan(0.8);
  });

  test.each([
    ["rock", 97.3],
    ["rock", 160],
    ["house", 128],
    ["hipHop", 88],
    ["swing", 140],
  ] as const)("%s at %d a minute", (pattern, bpm) => {
    expect(agreement(drumming(pattern, bpm))).toBeGreaterThanOrEqual(0.85);
  });
});

test("beats go on through two silent bars", () => {
  expect(agreement(pause(120, 6, 2, 3))).toBeGreaterThanOrEqual(0.85);
});

test("beats end some bars after the music", () => {
  const live = new LiveBeats();
  const quiet = Array.from({ length: 1_000 }, () => ({ low: 0, mid: 0, high: 0, change: 0 }));
  const beats = predicted({ onsets: [...drumming("rock", 120).onsets, ...quiet] }, live);
  expect(beats.at(-1)).toBeGreaterThan(STEADY_S * 1_000 + 3_000);
  expect(beats.at(-1)).toBeLessThan(STEADY_S * 1_000 + 8_500);
  expect(live.tempo!.confidence).toBe(0);
});

test("another tempo is followed after some seconds", () => {
  const { onsets, beats } = change(100, 6, 132, 32);
  const live = new LiveBeats();
  const found = predicted({ onsets }, live).filter((beat) => beat > 24_000);
  expect(
    fMeasure(
      found,
      beats.filter((beat) => beat > 24_000),
    ),
  ).toBeGreaterThanOrEqual(0.85);
  expect(live.tempo!.bpm).toBeCloseTo(132, 0);
});

test.each([
  ["noise", noise(12, 5)],
  ["a steady tone", tone(12)],
])("%s has no beats", (_, example) => {
  expect(predicted(example)).toEqual([]);
});

test("the tempo is unknown at first", () => {
  const live = new LiveBeats();
  for (const onset of clicks(120, 1).onsets) live.add(onset);
  expect(live.tempo).toBeUndefined();
  expect(live.beats(0, 10_000)).toEqual([]);
});

describe("a person may ask for", () => {
  const live = new LiveBeats();
  const { onsets } = drumming("rock", 120);
  for (const onset of onsets) live.add(onset);
  const beats = live.beats(13_000, 17_000);

  test("twice the tempo", () => {
    live.factor = 2;
    const twice = live.beats(13_000, 17_000);
    expect(live.tempo!.bpm).toBeCloseTo(240, 0);
    expect(twice).toHaveLength(16);
    for (const beat of beats) expect(Math.min(...twice.map((half) => Math.abs(half - beat)))).toBeLessThan(1);
    live.factor = 1;
  });

  test("half the tempo, and the same beats stay", () => {
    live.factor = 0.5;
    const half = live.beats(13_000, 23_000);
    expect(live.tempo!.bpm).toBeCloseTo(60, 0);
    expect(half[1]! - half[0]!).toBeCloseTo(1_000, -1);
    // The drums go on in time: 12 s are 24 beats.
    for (const onset of onsets.slice(100, 750)) live.add(onset);
    const later = live.beats(20_000, 23_000)[0]!;
    expect(Math.min(...half.map((beat) => Math.abs(beat - later)))).toBeLessThan(60);
    live.factor = 1;
  });
});
