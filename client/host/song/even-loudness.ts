import type { Loudness } from "../analysis/loudness.ts";

/** How loud all songs are made, LUFS: as most streaming services do (AES TD1008, for music). */
const TARGET_LUFS = -14;
/** No song is made louder or softer by more, dB: what is so soft is meant to be. */
const GAIN_MAX_DB = 12;
/** How high the highest sample of a song that is made louder may be, dB relative to full scale. */
const PEAK_MAX_DB = -1;

/** How much louder a song must be played to be as loud as the others, dB. */
export function gainFor(loudness: Loudness | undefined): number {
  if (loudness?.lufs === undefined) return 0;
  const wanted = Math.min(Math.max(TARGET_LUFS - loudness.lufs, -GAIN_MAX_DB), GAIN_MAX_DB);
  return Math.min(wanted, Math.max(PEAK_MAX_DB - loudness.peakDb, 0));
}
