import { describe, expect, test } from "vitest";
import { BANDS } from "../../../../client/light/band.ts";
import { Emphasis } from "../../../../client/light/emphasis.ts";
import { HeardSpans } from "../../../../client/light/heard-spans.ts";
import { levelIn } from "../../../../client/light/light-map.ts";

const RATE_HZ = 48_000;
const BINS = 1_024;
/** Interval of the song's grid, ms. */
const STEP_MS = 10;

/** A spectrum of equal bins whose power is this together, dB. */
function noiseOf(db: number): Float32Array {
  return new Float32Array(BINS).fill(db - 10 * Math.log10(BINS) + 10 * Math.log10(0.3046 / 4));
}

/** What a screen hears from one time to another, of sound whose loudness at a time in ms is this, dB. */
function heard(from: number, until: number, loudnessAt: (ms: number) => number) {
  const moments = Array.from({ length: (until - from) / STEP_MS }, (_, n) => from + n * STEP_MS);
  return moments.map((media) => ({ media, spectrum: noiseOf(loudnessAt(media)) }));
}

/** Music that goes up and down by 20 dB below a loudness, twice a second. */
const music = (loudest: number) => (ms: number) => loudest - 20 * ((ms % 500) / 500);

function spansOf(from: number, until: number, loudnessAt: (ms: number) => number): HeardSpans {
  const spans = new HeardSpans(RATE_HZ);
  spans.add(heard(from, until, loudnessAt));
  return spans;
}

/** The levels that a screen shows of the bass during a second, 0..1. */
function levels(spans: HeardSpans, at: number, loudnessAt: (ms: number) => number): number[] {
  const emphasis = new Emphasis();
  return Array.from({ length: 100 }, (_, n) => {
    const ms = at + n * STEP_MS;
    // White noise through weights along the slope of pink noise, as screens measure it.
    const db = emphasis.next(loudnessAt(ms) + bassShareDb, STEP_MS, spans.riseGainAt());
    return levelIn(spans.spanOf(BANDS.bass, ms), db);
  });
}

/** The power of the bass in noise of equal bins with pink weights, dB: 8 of 1,024 bins, about 120 Hz. */
const bassShareDb = 10 * Math.log10((8 / BINS) * 0.12);

describe("the spans of what a screen hears", () => {
  test.each([-12, -30])("let music of %i dB use most of the range", (loudest) => {
    const spans = spansOf(0, 20_000, music(loudest));
    const found = levels(spans, 15_000, music(loudest));
    expect(Math.max(...found) - Math.min(...found)).toBeGreaterThan(0.6);
  });

  test("are the same on a screen that came later, once it has heard the last half minute", () => {
    const song = (ms: number) => music(ms % 30_000 < 10_000 ? -14 : -28)(ms);
    const [early, late] = [spansOf(0, 150_000, song), spansOf(62_340, 150_000, song)];
    for (let ms = 105_000; ms < 149_000; ms += 370) {
      expect(late.spanOf(BANDS.mids, ms)).toEqual(early.spanOf(BANDS.mids, ms));
    }
  });

  test("do not depend on when they are asked for, nor on what came after that moment", () => {
    const song = (ms: number) => music(ms < 12_000 ? -30 : -10)(ms);
    const [one, other] = [new HeardSpans(RATE_HZ), spansOf(0, 20_000, song)];
    const asked = heard(0, 20_000, song).map((moment) => {
      one.add([moment]);
      return one.spanOf(BANDS.all, moment.media);
    });
    expect(asked[1_500]).toEqual(other.spanOf(BANDS.all, 15_000));
    expect(asked[1_230]).toEqual(other.spanOf(BANDS.all, 12_300));
  });

  test("follow a drop within a second, and leave a quiet part darker than a loud one", () => {
    const song = (ms: number) => music(ms >= 20_000 && ms < 40_000 ? -10 : -40)(ms);
    const spans = spansOf(0, 60_000, song);
    const bright = (ms: number) => spans.spanOf(BANDS.all, ms).bright;
    expect(bright(21_000) - bright(19_000)).toBeGreaterThan(15);
    expect(bright(40_000) - bright(58_000)).toBeGreaterThan(5);
    // At most 14 dB below what was loud in the last half minute.
    expect(bright(40_000) - bright(58_000)).toBeLessThan(15);
  });

  test("keep noise that nobody hears dark", () => {
    const spans = spansOf(0, 20_000, () => -60);
    const level = levelIn(spans.spanOf(BANDS.all, 15_000), -60);
    expect(level).toBeLessThan(0.15);
  });

  test("begin anew with another stream", () => {
    const spans = spansOf(100_000, 120_000, music(-10));
    spans.add(heard(0, 20_000, music(-30)));
    expect(spans.spanOf(BANDS.all, 15_000)).toEqual(spansOf(0, 20_000, music(-30)).spanOf(BANDS.all, 15_000));
  });
});
