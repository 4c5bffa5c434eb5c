import { BandLevels } from "../../../../../client/light/band-levels.ts";
import { type Measure, PLAIN } from "../../../../../client/light/level.ts";

const RATE = 48_000;
const BINS = 1_024;
/** Level of a tone that lights its band fully, dB. */
const LOUD = -18;

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
  measure: Measure = PLAIN,
): BandLevels {
  const bands = new BandLevels(RATE, 2 * BINS);
  for (let media = 0; media <= until + 100; media += interval) {
    bands.add(music(media), media, measure);
    if (media >= 100) bands.seek(media - 100);
  }
  bands.seek(until);
  return bands;
}
