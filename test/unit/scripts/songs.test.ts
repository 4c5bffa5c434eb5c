import { describe, expect, test } from "vitest";
import { SAMPLE_RATE } from "../../../scripts/demo-song/synth.ts";
import { makeSong, type SONG_NAMES } from "../../../scripts/songs/songs.ts";

/** To make all would take a quarter of a minute: one with beats and one without. */
const TESTED = ["hip-hop", "ambient"] as const satisfies (typeof SONG_NAMES)[number][];

const songs = TESTED.map((name) => makeSong(name));

describe.each(songs)("the made song $name", (song) => {
  const [left, right] = song.sound;
  const seconds = left.length / SAMPLE_RATE;

  test("lasts between 40 and 60 seconds, on both sides", () => {
    expect(seconds).toBeGreaterThan(40);
    expect(seconds).toBeLessThan(60);
    expect(right.length).toBe(left.length);
  });

  test("is as loud as a record and clips nowhere", () => {
    const peak = Math.max(peakOf(left), peakOf(right));
    expect(peak).toBeLessThanOrEqual(10 ** (-0.99 / 20));
    expect(rmsOf(left)).toBeGreaterThan(10 ** (-22 / 20));
    // The crest factor of records: 8 dB where they are loudest, above 20 dB in quiet music.
    const crest = 20 * Math.log10(peak / rmsOf(left));
    expect(crest).toBeGreaterThan(8);
    expect(crest).toBeLessThan(24);
  });

  test("has beats at its tempo, all of them inside", () => {
    if (song.bpm === undefined) {
      expect(song.beats).toEqual([]);
      return;
    }
    expect(song.beats.length).toBeGreaterThan(40);
    expect(song.beats[0]).toBeGreaterThanOrEqual(0);
    expect(song.beats.at(-1)).toBeLessThan(seconds);
    const apart = song.beats.slice(1).map((beat, n) => beat - song.beats[n]!);
    for (const gap of apart) expect(Math.abs(gap - 60 / song.bpm)).toBeLessThan(1e-4);
  });
});

test("a song is the same in every run", () => {
  const first = songs.find(({ name }) => name === "hip-hop")!;
  const second = makeSong("hip-hop");
  for (const side of [0, 1] as const) {
    expect(Buffer.from(first.sound[side].buffer).equals(Buffer.from(second.sound[side].buffer))).toBe(true);
  }
  expect(second.beats).toEqual(first.beats);
});

function peakOf(samples: Float32Array): number {
  return samples.reduce((most, sample) => Math.max(most, sample < 0 ? -sample : sample), 0);
}

function rmsOf(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}
