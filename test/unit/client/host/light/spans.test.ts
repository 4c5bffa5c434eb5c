import { describe, expect, test } from "vitest";
import { KnownSpans } from "../../../../../client/host/light/known-spans.ts";
import { LiveSpans } from "../../../../../client/host/light/live-spans.ts";
import { SongBeats } from "../../../../../client/host/light/song-beats.ts";
import { BANDS } from "../../../../../client/light/band.ts";
import { levelIn } from "../../../../../client/light/light-map.ts";
import { cellsOf, Powers, ROW_MS, WeightedBand } from "../../../../../client/light/powers.ts";
import { spanEnergy } from "../../../../../client/light/spans.ts";

const RATE_HZ = 48_000;
const BINS = 1_024;
const ALL = new WeightedBand(BANDS.all, () => 1);
const BASS = new WeightedBand(BANDS.bass, () => 1);

/** A spectrum of equal bins whose power is this together, dB. */
function noiseOf(db: number): Float32Array {
  // The mean square of the Blackman window, halved as half of the power is at negative frequencies.
  return new Float32Array(BINS).fill(db - 10 * Math.log10(BINS) + 10 * Math.log10(0.3046 / 4));
}

/** The powers of a song whose loudness at a time in ms is this, dB. */
function powersOf(seconds: number, loudnessAt: (ms: number) => number): Powers {
  const powers = new Powers();
  for (let ms = 0; ms < seconds * 1_000; ms += ROW_MS) powers.add(cellsOf(noiseOf(loudnessAt(ms)), RATE_HZ));
  return powers;
}

/** Music that goes up and down by 20 dB below a loudness, twice a second. */
const music = (loudest: number) => (ms: number) => loudest - 20 * ((ms % 500) / 500);

describe("powers", () => {
  test("give the power of a band of the spectrum within half a step, wherever it is", () => {
    const powers = powersOf(1, () => -30);
    const [all, bass] = [ALL, BASS].map((band) => powers.of(band, 0, 1_000, () => 0)[5]!);
    // 853 of 1,024 bins, and 8 of them.
    expect(Math.abs(all! - (-30 + 10 * Math.log10(853 / BINS)))).toBeLessThan(0.3);
    expect(Math.abs(bass! - (-30 + 10 * Math.log10(8 / BINS)))).toBeLessThan(0.3);
  });

  test("have nothing outside of what is covered", () => {
    expect(powersOf(1, () => -30).of(ALL, 5_000, 9_000, () => 0)).toHaveLength(0);
  });
});

describe("the spans of a song that is known", () => {
  test("follow the loudness of its parts, and leave room between dark and fully lit", () => {
    const known = new KnownSpans(powersOf(60, (ms) => music(ms < 30_000 ? -30 : -20)(ms)));
    const [soft, loud] = [10_000, 50_000].map((at) => known.at([at], [ALL])[0]![0]!);
    expect(loud!.bright - soft!.bright).toBeCloseTo(10, 0);
    expect(soft!.bright - soft!.dark).toBeGreaterThan(15);
    expect(loud!.bright - loud!.dark).toBeGreaterThan(15);
  });

  test("follow the energy: calm light, which is emphasised less, is fully lit at less", () => {
    const known = new KnownSpans(powersOf(60, music(-20)));
    const [calm, usual, wild] = [0.25, 1, 2].map((energy) => {
      known.follow(undefined, spanEnergy(energy));
      return known.at([30_000], [ALL])[0]![0]!.bright;
    });
    expect(usual! - calm!).toBeGreaterThan(3);
    expect(wild! - usual!).toBeGreaterThan(3);
  });

  test("keep a breakdown small before a drop", () => {
    const known = new KnownSpans(powersOf(60, (ms) => music(ms < 30_000 ? -45 : -10)(ms)));
    const quiet = known.at([10_000], [ALL])[0]![0]!;
    expect(levelIn(quiet, -45)).toBeLessThan(0.2);
  });

  test("know a drop before it comes: nothing is clipped for more than a second", () => {
    const loudnessAt = (ms: number) => music(ms < 40_000 ? -45 : -10)(ms);
    const known = new KnownSpans(powersOf(60, loudnessAt));
    let clippedMs = 0;
    for (let at = 40_000; at < 45_000; at += ROW_MS) {
      if (levelIn(known.at([at], [ALL])[0]![0]!, loudnessAt(at)) === 1) clippedMs += ROW_MS;
    }
    expect(clippedMs).toBeLessThanOrEqual(1_000);
  });
});

describe("the spans of live sound", () => {
  /** Plays sound; gives the levels that it has, at each check of the host's page. */
  function levels(seconds: number, loudnessAt: (ms: number) => number) {
    const live = new LiveSpans();
    const found: { at: number; level: number }[] = [];
    let span = { dark: -55, bright: -10 };
    for (let ms = 0; ms < seconds * 1_000; ms += ROW_MS) {
      live.add(noiseOf(loudnessAt(ms)), RATE_HZ);
      if (ms % 260 === 0) span = live.at(ms, [ALL])[0]!;
      found.push({ at: ms, level: levelIn(span, loudnessAt(ms)) });
    }
    return found;
  }

  test("are right a second after a drop", () => {
    const clipped = levels(50, (ms) => music(ms < 40_000 ? -45 : -10)(ms)).filter(
      ({ at, level }) => at >= 40_000 && at < 45_000 && level === 1,
    );
    expect(clipped.length * ROW_MS).toBeLessThanOrEqual(1_000);
  });

  test("leave noise alone dark", () => {
    const noise = levels(20, (ms) => -60 + Math.sin(ms));
    expect(Math.max(...noise.slice(100).map(({ level }) => level))).toBeLessThan(0.15);
  });

  test("hold in a pause", () => {
    const loud = levels(30, (ms) => (ms < 15_000 || ms > 25_000 ? music(-20)(ms) : -120));
    const after = loud.filter(({ at }) => at > 25_000 && at < 26_000).map(({ level }) => level);
    expect(Math.max(...after)).toBeGreaterThan(0.8);
    expect(after.filter((level) => level === 1).length / after.length).toBeLessThan(0.3);
  });
});

describe("the beats of a song", () => {
  const beats = [100, 600, 1_100, 1_600, 5_000, 5_400, 5_800];
  const section = { bpm: 120, barOffset: 1, barConfidence: 1 };
  const song = new SongBeats({
    beats,
    sections: [
      { ...section, firstBeat: 0, endBeat: 4, confidence: 0.8 },
      { ...section, firstBeat: 4, endBeat: 7, confidence: 0.1 },
    ],
  });

  test("are those of which it is sure, each with its place in the bar", () => {
    expect(song.between(0, 10_000)).toEqual([
      { after: 100, inBar: 3 },
      { after: 600, inBar: 0 },
      { after: 1_100, inBar: 1 },
      { after: 1_600, inBar: 2 },
    ]);
    expect(song.between(500, 1_200)).toEqual([
      { after: 100, inBar: 0 },
      { after: 600, inBar: 1 },
    ]);
  });

  test("are known around a time in a rhythm", () => {
    expect(song.around(700)).toEqual({ since: 100, until: 400, inBar: 0 });
    expect(song.around(50)).toBeUndefined();
    expect(song.around(3_000)).toBeUndefined();
  });
});
