import { describe, expect, test } from "vitest";
import { AutoGain } from "../../../../client/light/auto-gain.ts";
import { BANDS, binsOf } from "../../../../client/light/band.ts";
import { BRIGHT_DB, bandPower, powerLevel } from "../../../../client/light/level.ts";
import { renderDemoSong } from "../../../../scripts/demo-song/score.ts";
import { GAIN_MAX_DB, GAIN_MIN_DB } from "../../../../server/protocol/wall.ts";
import { spectrumAt } from "../../../support/fft.ts";

const SIZE = 2_048;
const RATE = 48_000;
const ALL = { first: 1, end: SIZE / 2 };
const STEP_S = 0.1;

/** Half a minute of the demo song's loudest part, made quieter, ten spectra per second. */
function song(quieter: number): Float32Array[] {
  const { left } = demo;
  return Array.from({ length: 300 }, (_, n) =>
    spectrumAt(left, Math.round((20 + n * STEP_S) * RATE), SIZE).map((db) => db - quieter),
  );
}
const demo = renderDemoSong();

/** The gain after these spectra were repeated for some seconds. */
function settled(spectra: readonly Float32Array[], seconds: number, gain = new AutoGain(BRIGHT_DB)): number {
  for (let n = 0; n * STEP_S < seconds; n++) {
    const power = bandPower(spectra[n % spectra.length]!, ALL);
    gain.add(10 * Math.log10(power), n * STEP_S);
  }
  return gain.gainDb;
}

/** Adds a constant loudness for some seconds. */
function addSteady(gain: AutoGain, db: number, from: number, seconds: number): void {
  for (let n = 0; n * STEP_S < seconds; n++) gain.add(db, from + n * STEP_S);
}

describe("the automatic gain", () => {
  test("makes a song that is 25 dB quieter equally bright", () => {
    const [loud, quiet] = [song(0), song(25)];
    const [loudGain, quietGain] = [settled(loud, 120), settled(quiet, 120)];
    expect(quietGain - loudGain).toBeCloseTo(25, 1);
    const bins = binsOf(BANDS.mids, RATE, SIZE);
    const levels = (spectra: Float32Array[], gainDb: number) =>
      spectra.map((spectrum) => powerLevel(spectrum, bins, { gainDb }));
    const [shown, same] = [levels(loud, loudGain), levels(quiet, quietGain)];
    for (const [n, level] of shown.entries()) expect(same[n]).toBeCloseTo(level, 2);
  });

  test("lets one twentieth of a song exceed full brightness", () => {
    const spectra = song(12);
    const gainDb = settled(spectra, 120);
    const full = spectra.filter((spectrum) => powerLevel(spectrum, ALL, { gainDb }) >= 1).length;
    expect(full / spectra.length).toBeGreaterThan(0.01);
    expect(full / spectra.length).toBeLessThan(0.1);
  });

  test("reaches the same value from any start", () => {
    const spectra = song(10);
    const from = (start: number) => settled(spectra, 200, new AutoGain(BRIGHT_DB, start));
    expect(from(40)).toBeCloseTo(from(-20), 1);
  });

  test("rises by 1 dB per second, and falls by 4 dB per second", () => {
    const gain = new AutoGain(BRIGHT_DB);
    addSteady(gain, -40, 0, 3);
    const before = gain.gainDb;
    addSteady(gain, -40, 3, 5);
    expect(gain.gainDb - before).toBeCloseTo(5, 1);
    addSteady(gain, -40, 8, 60);
    expect(gain.gainDb).toBeCloseTo(30, 5);
    addSteady(gain, -10, 68, 2.1);
    const falling = gain.gainDb;
    addSteady(gain, -10, 70.1, 2);
    expect(falling - gain.gainDb).toBeCloseTo(8, 0);
  });

  test("does not change in a pause, or before enough was measured", () => {
    const gain = new AutoGain(BRIGHT_DB);
    addSteady(gain, -30, 0, 1);
    expect(gain.gainDb).toBe(0);
    addSteady(gain, -30, 1, 60);
    const settledGain = gain.gainDb;
    addSteady(gain, Number.NEGATIVE_INFINITY, 61, 300);
    expect(gain.gainDb).toBe(settledGain);
  });

  test("stays within its limits, also after a jump of time", () => {
    const gain = new AutoGain(BRIGHT_DB);
    addSteady(gain, -74, 0, 100);
    expect(gain.gainDb).toBe(GAIN_MAX_DB);
    addSteady(gain, 30, 100, 100);
    expect(gain.gainDb).toBe(GAIN_MIN_DB);
    gain.add(-20, -5);
    gain.add(-20, 1e9);
    expect(gain.gainDb).toBeGreaterThanOrEqual(GAIN_MIN_DB);
    expect(gain.gainDb).toBeLessThanOrEqual(GAIN_MIN_DB + 1);
  });
});
