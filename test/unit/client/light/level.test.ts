import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BANDS, type BandName, binsOf } from "../../../../client/light/band.ts";
import {
  bandPower,
  byteLevel,
  Follower,
  fallMsOf,
  riseMsOf,
  weightDb,
  weightsOf,
} from "../../../../client/light/level.ts";
import { ENERGY_MIN } from "../../../../server/protocol/wall-choices.ts";
import { analyse, fixedLevel, tone } from "./spectrum.ts";

const RATE = 48_000;
const SIZE = 2_048;
const at = (name: BandName) => binsOf(BANDS[name], RATE, SIZE);

const spectra = fc.float32Array({ minLength: 16, maxLength: 16 });
const bins = fc
  .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 1, max: 16 }))
  .filter(([first, end]) => first < end)
  .map(([first, end]) => ({ first, end }));

describe("bandPower", () => {
  test("is 1 for a full-scale sine, also between two bins", () => {
    for (const hertz of [300, 1_000, 1_011.7, 4_321, 15_000]) {
      expect(bandPower(analyse(tone(hertz, 0)), at("all"))).toBeCloseTo(1, 2);
    }
  });

  test("falls by a factor of ten every 10 dB, and is the sum of all sounds", () => {
    expect(bandPower(analyse(tone(1_000, -20)), at("mids"))).toBeCloseTo(0.01, 4);
    const both = tone(1_000, -20).map((sample, n) => sample + tone(8_000, -20)[n]!);
    expect(bandPower(analyse(both), at("all"))).toBeCloseTo(0.02, 4);
  });
});

describe("the level of a band", () => {
  test("lights the band of a tone of moderate loudness, and no other band", () => {
    const cases: [hertz: number, lit: BandName, dark: BandName[]][] = [
      [60, "bass", ["low-mids", "mids", "high-mids", "presence", "brilliance"]],
      [60, "sub", ["low-mids", "mids", "high-mids", "presence", "brilliance"]],
      [1_000, "mids", ["sub", "bass", "low-mids", "high-mids", "presence", "brilliance"]],
      [8_000, "brilliance", ["sub", "bass", "low-mids", "mids", "high-mids", "presence"]],
    ];
    for (const dbfs of [-12, -6]) {
      for (const [hertz, lit, dark] of cases) {
        const spectrum = analyse(tone(hertz, dbfs));
        expect(fixedLevel(spectrum, at(lit)), `${lit} at ${hertz} Hz`).toBeGreaterThanOrEqual(0.6);
        for (const name of dark) {
          expect(fixedLevel(spectrum, at(name)), `${name} at ${hertz} Hz`).toBeLessThanOrEqual(0.05);
        }
      }
    }
  });

  test("is 0 in silence", () => {
    const silence = new Float32Array(SIZE / 2).fill(-Infinity);
    for (const name of Object.keys(BANDS) as BandName[]) expect(fixedLevel(silence, at(name))).toBe(0);
  });

  test("is within 0..1 for any spectrum, also with NaN and infinities", () => {
    fc.assert(
      fc.property(spectra, bins, (spectrum, range) => {
        const level = fixedLevel(spectrum, range);
        expect(level).toBeGreaterThanOrEqual(0);
        expect(level).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("does not fall when a bin gets louder", () => {
    const quiet = fc.float32Array({ minLength: 16, maxLength: 16, min: -120, max: 0, noNaN: true });
    fc.assert(
      fc.property(quiet, fc.nat(15), fc.double({ min: 0, max: 60, noNaN: true }), (spectrum, bin, gain) => {
        const louder = spectrum.slice();
        louder[bin] = louder[bin]! + gain;
        const range = { first: 0, end: 16 };
        expect(fixedLevel(louder, range)).toBeGreaterThanOrEqual(fixedLevel(spectrum, range));
      }),
    );
  });
});

describe("byteLevel", () => {
  test("is the average of the bytes that the Web Audio API defines", () => {
    const spectrum = analyse(tone(440, -30).map((sample, n) => sample + tone(5_000, -70)[n]!));
    for (const name of Object.keys(BANDS) as BandName[]) {
      const { first, end } = at(name);
      const bytes = Uint8ClampedArray.from(spectrum.subarray(first, end), (db) =>
        Math.floor((255 / (-30 - -100)) * (db - -100)),
      );
      const average = bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length;
      expect(byteLevel(spectrum, { first, end }) * 255).toBeCloseTo(average, 6);
    }
  });

  test("is within 0..1 for any spectrum, and 0 in silence", () => {
    expect(byteLevel(new Float32Array(16).fill(-Infinity), { first: 0, end: 16 })).toBe(0);
    fc.assert(
      fc.property(spectra, bins, (spectrum, range) => {
        const level = byteLevel(spectrum, range);
        expect(level).toBeGreaterThanOrEqual(0);
        expect(level).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("Follower", () => {
  const level = fc.double({ min: 0, max: 1, noNaN: true });
  const FALL_MS = 100;

  /** What is shown some time after a level has fallen from 1, in steps of `interval` ms. */
  function shownAfter(ms: number, to: number, interval: number): number {
    const follower = new Follower();
    follower.next(1, interval, FALL_MS);
    for (let at = 0; at < ms; at += interval) follower.next(to, interval, FALL_MS);
    return follower.level;
  }

  test("rises at once, holds, then falls towards the measured level", () => {
    const follower = new Follower();
    expect(follower.next(0.8, 10, FALL_MS)).toBe(0.8);
    expect(shownAfter(60, 0, 10)).toBe(1);
    expect(shownAfter(80 + FALL_MS, 0, 10)).toBeCloseTo(Math.exp(-1), 6);
    expect(shownAfter(1_000, 0.3, 10)).toBeCloseTo(0.3, 3);
  });

  test("rises within a quarter of a second and more where a device asks for less motion", () => {
    const [calm, lively] = [new Follower(), new Follower()];
    expect(lively.next(1, 10, 400, riseMsOf(ENERGY_MIN))).toBe(1);
    const levels = Array.from({ length: 100 }, () => calm.next(1, 10, 400, riseMsOf(0.2)));
    expect(levels[0]).toBeLessThan(0.05);
    expect(levels[24]).toBeCloseTo(1 - Math.exp(-1), 5);
    expect(levels[99]).toBeGreaterThan(0.98);
  });

  test("hits at 16ths of 120 bpm become one glow, and beats do not", () => {
    expect(shownAfter(125, 0, 10)).toBeGreaterThan(0.5);
    expect(shownAfter(500, 0, 10)).toBeLessThan(0.05);
  });

  test("is never below the measured level, nor above the highest one", () => {
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 100 }), (levels) => {
        const follower = new Follower();
        for (const measured of levels) {
          const shown = follower.next(measured, 10, FALL_MS);
          expect(shown).toBeGreaterThanOrEqual(measured - 1e-12);
          expect(shown).toBeLessThanOrEqual(Math.max(...levels) + 1e-12);
        }
      }),
    );
  });

  test("every band falls within a beat", () => {
    for (const band of Object.values(BANDS)) {
      expect(fallMsOf(band)).toBeGreaterThanOrEqual(60);
      expect(fallMsOf(band)).toBeLessThanOrEqual(200);
    }
  });
});

/** Table 3 of IEC 61672-1: A-weighting at the exact frequencies 10^(n/10) Hz, rounded to a tenth of a dB. */
const TABLE: [n: number, db: number][] = [
  [13, -50.5],
  [15, -39.4],
  [18, -26.2],
  [21, -16.1],
  [24, -8.6],
  [27, -3.2],
  [30, 0],
  [33, 1.2],
  [36, 1],
  [39, -1.1],
  [42, -6.6],
  [43, -9.3],
];

describe("A-weighting", () => {
  test.each(TABLE)("has the gain of the standard's table at 10^(%i/10) Hz: %d dB", (n, db) => {
    expect(Math.abs(weightDb("a", 10 ** (n / 10)) - db)).toBeLessThan(0.06);
  });
});

describe("pink weighting", () => {
  test("adds 3 dB per octave, and 0 dB at 1 kHz", () => {
    expect(weightDb("pink", 1_000)).toBe(0);
    for (const hertz of [31.25, 440, 8_000]) {
      expect(weightDb("pink", 2 * hertz) - weightDb("pink", hertz)).toBeCloseTo(3.01, 2);
    }
  });

  test("makes all bins of pink noise equally loud", () => {
    const weights = weightsOf("pink", 48_000, 4_096);
    // The power of pink noise is inversely proportional to the frequency.
    for (const bin of [1, 7, 300, 2_047]) expect(weights[bin]! / bin).toBeCloseTo(weights[1]!, 5);
  });
});

test("no weighting leaves all bins unchanged; the others remove direct current", () => {
  expect([...weightsOf("none", 48_000, 64)]).toEqual(Array(32).fill(1));
  expect(weightsOf("a", 48_000, 64)[0]).toBe(0);
  expect(weightsOf("pink", 48_000, 64)[0]).toBe(0);
});
