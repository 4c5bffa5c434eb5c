import { expect, test } from "vitest";
import { DelayedSpectrum } from "../../../../../client/host/song/delayed-spectrum.ts";
import type { Song } from "../../../../../client/host/song/song.ts";

/** A song whose spectrum has the time at which it was measured in every bin. */
function playing(localDelayMs: number, soundTrimMs = 0) {
  let now = 0;
  const analyser = {
    fftSize: 2_048,
    frequencyBinCount: 1_024,
    context: { sampleRate: 48_000 },
    getFloatFrequencyData: (into: Float32Array) => into.fill(now),
  };
  const output = { localDelayMs, latencyMs: 20 };
  const settings = { soundTrim: { peek: () => soundTrimMs } };
  const song = { analyser, output, settings } as unknown as Song;
  return {
    readAt(spectrum: DelayedSpectrum, time: number) {
      now = time;
      return spectrum.read(song, time)[0]!;
    },
  };
}

test("the spectrum has no delay while nothing is broadcast", () => {
  expect(playing(0).readAt(new DelayedSpectrum(), 700)).toBe(700);
});

test.each([
  [200, 0, 220],
  [200, 50, 170],
])("with a local delay of %i ms and a trim of %i ms the spectrum is %i ms old", (delayMs, trimMs, lagMs) => {
  const [spectrum, song] = [new DelayedSpectrum(), playing(delayMs, trimMs)];
  let measuredAt = 0;
  for (let now = 0; now <= 2_000; now += 10) measuredAt = song.readAt(spectrum, now);
  expect(measuredAt).toBe(2_000 - lagMs);
});

test("the spectrum is empty before anything was played", () => {
  expect(new DelayedSpectrum().read({ analyser: undefined } as unknown as Song, 0).length).toBe(0);
});
