import { expect, test } from "vitest";
import { SongSpectra } from "../../../../../client/host/analysis/song-spectra.ts";
import { POINT_MS, Waveform } from "../../../../../client/host/analysis/waveform.ts";
import { Powers } from "../../../../../client/light/powers.ts";

const RATE = 48_000;
const SECONDS = 2;

/** The powers of tones, one after the other, two seconds each. */
function powersOf(...hertz: number[]): Powers {
  const powers = new Powers();
  const spectra = new SongSpectra(RATE);
  for (const tone of hertz) {
    const samples = Float32Array.from({ length: SECONDS * RATE }, (_, n) =>
      tone === 0 ? 0 : 0.5 * Math.sin((2 * Math.PI * tone * n) / RATE),
    );
    spectra.add([samples]);
    powers.add(spectra.takeRows());
  }
  return powers;
}

test("a waveform tells bass, mids and treble apart", () => {
  const waveform = new Waveform(powersOf(60, 1_000, 9_000));
  waveform.update();
  const parts = waveform.parts(3, 3 * SECONDS * 1_000).map((point) => point!);
  // In the middle of each tone: its own part of the spectrum has nearly all of its power.
  parts.forEach((point, n) => {
    const sum = point[0] + point[1] + point[2];
    expect(point[n]! / sum).toBeGreaterThan(0.9);
  });
});

test("what is silent has no power, and what is not analysed yet has no point", () => {
  const waveform = new Waveform(powersOf(1_000, 0, 0));
  waveform.update();
  const [loud, , silent, unknown] = waveform.parts(4, 4 * SECONDS * 1_000);
  expect(loud![1]).toBeGreaterThan(0.01);
  expect(silent![0] + silent![1] + silent![2]).toBeLessThan(1e-4);
  expect(unknown).toBeUndefined();
});

test("a waveform follows the analysis as it goes on", () => {
  const powers = powersOf(1_000);
  const waveform = new Waveform(powers);
  waveform.update();
  const known = waveform.durationMs;
  expect(known).toBeGreaterThan(SECONDS * 1_000 - 3 * POINT_MS);
  powers.add(new Uint8Array(powers.row(0).length * 50));
  waveform.update();
  expect(waveform.durationMs).toBe(known + 1_000);
});
