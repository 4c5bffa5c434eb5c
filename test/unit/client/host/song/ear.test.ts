import { expect, it } from "vitest";
import { Ear } from "../../../../../client/host/song/ear.ts";
import type { Song } from "../../../../../client/host/song/song.ts";

/** A song whose spectrum tells when it was taken. */
function song(localDelayMs: number, soundTrim = 0) {
  let now = 0;
  const analyser = {
    fftSize: 2_048,
    frequencyBinCount: 1_024,
    context: { sampleRate: 48_000 },
    getFloatFrequencyData: (into: Float32Array) => into.fill(now),
  };
  const fake = { analyser, output: { localDelayMs, latencyMs: 20 }, soundTrim: { peek: () => soundTrim } };
  return {
    hearAt(ear: Ear, at: number) {
      now = at;
      return ear.hear(fake as unknown as Song, at)[0]!;
    },
  };
}

it("hears at once what leaves while nothing is on air", () => {
  expect(song(0).hearAt(new Ear(), 700)).toBe(700);
});

it.each([
  [200, 0, 220],
  [200, 50, 170],
])("hears with the screens what the loudspeaker plays %i ms later, trimmed by %i", (delay, trim, lag) => {
  const [ear, played] = [new Ear(), song(delay, trim)];
  let heard = 0;
  for (let now = 0; now <= 2_000; now += 10) heard = played.hearAt(ear, now);
  expect(heard).toBe(2_000 - lag);
});

it("has nothing to hear before a song is there", () => {
  expect(new Ear().hear({ analyser: undefined } as unknown as Song, 0).length).toBe(0);
});
