import { describe, expect, test } from "vitest";
import { BeatTracker, type TrackedBeats } from "../../../../../client/light/tempo/beat-tracker.ts";
import { HarmonicChange } from "../../../../../client/light/tempo/harmony.ts";
import {
  change,
  clicks,
  drumming,
  type Example,
  fMeasure,
  noise,
  pause,
  ramp,
  STEADY_S,
  tone,
} from "./patterns.ts";
import { bassNote, chord, KICK, onsetsOf, SNARE, steadyBeats, Tape } from "./rhythms.ts";

function tracked({ onsets }: Pick<Example, "onsets">): TrackedBeats {
  const tracker = new BeatTracker();
  for (const onset of onsets) tracker.add(onset);
  return tracker.result();
}

describe("steady beats are found within 30 ms, and the tempo within 1 %", () => {
  test.each([60, 84, 97.3, 120, 128, 150, 174])("clicks at %d a minute", (bpm) => {
    const example = clicks(bpm);
    const { beats, sections } = tracked(example);
    expect(fMeasure(beats, example.beats)).toBeGreaterThanOrEqual(0.95);
    expect(sections).toHaveLength(1);
    expect(Math.abs(sections[0]!.bpm / bpm - 1)).toBeLessThan(0.01);
    expect(sections[0]!.confidence).toBeGreaterThan(0.8);
  });

  test.each([
    ["rock", 97.3],
    ["rock", 75],
    ["rock", 170],
    ["house", 128],
    ["hipHop", 88],
    ["swing", 140],
  ] as const)("%s at %d a minute", (pattern, bpm) => {
    const example = drumming(pattern, bpm);
    const { beats, sections } = tracked(example);
    expect(fMeasure(beats, example.beats)).toBeGreaterThanOrEqual(0.95);
    expect(sections).toHaveLength(1);
    expect(Math.abs(sections[0]!.bpm / bpm - 1)).toBeLessThan(0.01);
  });

  test("and where the sound begins at another time, beats are later by as much", () => {
    const { onsets } = drumming("rock", 120);
    const later = new BeatTracker(60_000);
    for (const onset of onsets) later.add(onset);
    expect(later.result().beats[3]! - tracked({ onsets }).beats[3]!).toBeCloseTo(60_000, 6);
  });
});

describe("beats that change", () => {
  test("a tempo that rises from 100 to 120 is followed, in sections that rise", () => {
    const example = ramp(100, 120, 30);
    const { beats, sections } = tracked(example);
    expect(fMeasure(beats, example.beats)).toBeGreaterThanOrEqual(0.95);
    expect(sections.length).toBeGreaterThan(1);
    const tempi = sections.map(({ bpm }) => bpm);
    expect(tempi).toEqual([...tempi].sort((a, b) => a - b));
    expect(tempi[0]).toBeGreaterThan(99);
    expect(tempi.at(-1)).toBeLessThan(121);
  });

  test("beats go on through two silent bars", () => {
    const example = pause(120, 5, 2, 5);
    const { beats, sections } = tracked(example);
    expect(fMeasure(beats, example.beats)).toBeGreaterThanOrEqual(0.97);
    expect(sections).toHaveLength(1);
  });

  test("another tempo is another section", () => {
    const example = change(100, 6, 132, 29);
    const { beats, sections } = tracked(example);
    expect(fMeasure(beats, example.beats)).toBeGreaterThanOrEqual(0.9);
    expect(sections.map(({ bpm }) => Math.round(bpm))).toEqual([100, 132]);
    expect(sections[0]!.endBeat).toBe(sections[1]!.firstBeat);
    expect(sections[1]!.endBeat).toBe(beats.length);
  });
});

describe("where there is no rhythm there are no beats", () => {
  test.each([1, 2])("in noise %d", (seed) => {
    expect(tracked(noise(12, seed))).toEqual({ beats: [], sections: [] });
  });

  test("in a steady tone", () => {
    expect(tracked(tone(10)).beats).toEqual([]);
  });

  test("in silence, and in nothing", () => {
    expect(tracked({ onsets: onsetsOf(new Float32Array(480_000)) }).beats).toEqual([]);
    expect(tracked({ onsets: [] }).beats).toEqual([]);
  });

  test("in the noise after drums, later than some bars", () => {
    const drums = drumming("rock", 120).onsets;
    const { beats } = tracked({ onsets: [...drums, ...noise(12, 4).onsets] });
    expect(beats.length).toBeGreaterThan(25);
    expect(beats.at(-1)).toBeLessThan(STEADY_S * 1_000 + 7_000);
  });
});

describe("bars", () => {
  /** Two beats without chords, then bars whose chord and bass change on their first beat. */
  function bars(seconds: number): Example {
    const beats = steadyBeats(120, seconds);
    const tape = new Tape(seconds).hiss(0.001);
    const chords = [
      [60, 64, 67],
      [57, 60, 65],
      [59, 62, 67],
    ];
    for (const [n, beat] of beats.entries()) {
      tape.add(n % 2 ? SNARE : KICK, beat, 0.7);
      if (n < 2 || (n - 2) % 4 > 0) continue;
      const notes = chords[((n - 2) / 4) % 3]!;
      tape.add(chord(notes, 1.95), beat).add(bassNote(notes[0]! - 24, 1.9), beat, 0.6);
    }
    return { onsets: onsetsOf(tape.sound), beats: beats.map((beat) => 1_000 * beat) };
  }

  test("begin where chords change", () => {
    const { beats, sections } = tracked(bars(22));
    const first = beats[sections[0]!.barOffset]!;
    expect((((first - 1_500) / 2_000) % 1) * 2_000).toBeCloseTo(0, -2);
    expect(sections[0]!.barConfidence).toBeGreaterThan(0.5);
  });

  test("are a guess where all beats are the same", () => {
    expect(tracked(clicks(120)).sections[0]!.barConfidence).toBeLessThan(0.3);
  });

  test("the change of a chord is seen where it is", () => {
    const tape = new Tape(4).add(chord([60, 64, 67], 2), 0).add(chord([62, 65, 69], 2), 2);
    const changes = onsetsOf(tape.sound).map(({ change }) => change);
    const most = changes.indexOf(Math.max(...changes.slice(100, 300)));
    expect(Math.abs(most - HarmonicChange.LAG_SPECTRA - 200)).toBeLessThan(8);
  });
});

test("the result may be asked for before the end", () => {
  const { onsets, beats } = drumming("rock", 120);
  const tracker = new BeatTracker();
  for (const onset of onsets.slice(0, 900)) tracker.add(onset);
  const early = tracker.result().beats;
  expect(
    fMeasure(
      early,
      beats.filter((beat) => beat < 8_900),
    ),
  ).toBeGreaterThanOrEqual(0.9);
  for (const onset of onsets.slice(900)) tracker.add(onset);
  expect(tracker.result()).toEqual(tracked({ onsets }));
});
