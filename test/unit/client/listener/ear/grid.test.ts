import { expect, test } from "vitest";
import { Grid, type GridSpectrum } from "../../../../../client/listener/ear/grid.ts";
import { analyse } from "../../light/spectrum.ts";

/** A song in which no two moments sound alike. */
const SONG = Float32Array.from({ length: 48_000 }, (_, n) => Math.sin(n * n * 1e-5) * Math.cos(n / 50));

/** The spectra of the song from one sample to another, in pieces of a length, at an RTP position. */
function listen(grid: Grid, from: number, to: number, piece: number, position = 0): GridSpectrum[] {
  const spectra: GridSpectrum[] = [];
  for (let at = from; at < to; at += piece) {
    spectra.push(...grid.add(position + at, SONG.slice(at, Math.min(at + piece, to))));
  }
  return spectra;
}

test("each moment of the grid has the spectrum of the 2,048 samples before it", () => {
  const [spectrum] = listen(new Grid(), 0, 9_600, 960).slice(-1);
  expect(spectrum?.position).toBe(9_600);
  const expected = analyse(SONG.slice(9_600 - 2_048, 9_600));
  for (let bin = 0; bin < 1_024; bin++) {
    if (expected[bin]! > -100) expect(spectrum!.spectrum[bin]! - expected[bin]!).toBeCloseTo(0, 1);
  }
});

test("the numbers are the same whatever the length of packets and wherever a screen came in", () => {
  const all = new Map(listen(new Grid(), 0, 24_000, 960).map((one) => [one.position, one.spectrum]));
  const late = listen(new Grid(), 5_000, 23_000, 2_880);
  expect(late.length).toBeGreaterThan(20);
  for (const { position, spectrum } of late) expect(spectrum).toEqual(all.get(position));
});

test("the first moment is one whose samples all come after the decoder's warm-up", () => {
  const [first] = listen(new Grid(), 0, 9_600, 960);
  expect(first!.position).toBe(Math.ceil((3_840 + 2_048) / 480) * 480);
});

test("no moment has samples of a gap", () => {
  const grid = new Grid();
  listen(grid, 0, 12_000, 960);
  const after = listen(grid, 14_880, 24_000, 960).map(({ position }) => position);
  expect(after[0]).toBe(Math.ceil((14_880 + 960 + 2_048) / 480) * 480);
  expect(after.at(-1)).toBe(23_520 + 480);
});

test("the grid starts at RTP time 0, also beyond a wrap and for a song that starts off the grid", () => {
  const position = 2 ** 32 - 4_700;
  for (const { position: moment } of listen(new Grid(), 0, 24_000, 960, position)) {
    expect(moment % 480).toBe(0);
  }
});
