import { BandLevels } from "../../../../../client/light/band-levels.ts";
import type { Spans } from "../../../../../client/light/light-map.ts";

const RATE = 48_000;
const BINS = 1_024;
/** Power of a tone that lights its band fully, dB. */
const LOUD = -18;
/** What is dark and what is bright unless a test says otherwise. */
const SPAN = { dark: -58, bright: LOUD };

/** A spectrum with these tones, Hz, each at full brightness. */
export function tones(...hertz: number[]): Float32Array {
  const spectrum = new Float32Array(BINS).fill(-120);
  for (const tone of hertz) {
    const bin = Math.round((tone * 2 * BINS) / RATE);
    for (const at of [bin - 1, bin, bin + 1]) spectrum[at] = LOUD - 6;
  }
  return spectrum;
}

/**
 * Levels of music up to a time, moved to that time.
 * @param music the spectrum at each media time, ms
 */
export function heard(
  music: (media: number) => Float32Array,
  until: number,
  interval = 1_000 / 60,
  {
    weights,
    spans = { spanOf: () => SPAN, riseGainAt: () => 0 },
  }: { weights?: Float32Array; spans?: Spans } = {},
): BandLevels {
  const bands = new BandLevels(RATE, 2 * BINS);
  for (let media = 0; media <= until + 100; media += interval) {
    bands.add(music(media), media, weights);
    if (media >= 100) bands.seek(media - 100, spans);
  }
  bands.seek(until, spans);
  return bands;
}
