import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SAMPLE_RATE } from "../../scripts/demo-song/synth.ts";
import { encodeWav } from "../../scripts/demo-song/wav.ts";
import { randomOf } from "./random.ts";

/** Interval of the clicks of {@link clicks}; not a multiple of a frame. */
export const CLICK_INTERVAL_MS = 807;
const CLICK_S = 0.1;

/** Tones over all bands, not in simple ratios. */
const FIVE_TONES_HZ = [110, 613, 1_091, 2_137, 4_009];
/** One tone for each band. */
const SEVEN_TONES_HZ = [70, 160, 370, 850, 1_900, 4_300, 9_000];

// Each of these functions makes a song and returns the path of its file.

/** A steady tone; `dbfs` is its loudness in dB relative to full scale. */
export function tone(hertz: number, seconds: number, dbfs = -12): string {
  const peak = 10 ** (dbfs / 20);
  return song(`tone ${hertz}`, seconds, (time) => peak * Math.sin(2 * Math.PI * hertz * time));
}

/** Short chords with silence between them. */
export function clicks(seconds: number): string {
  return song("clicks", seconds, (time) => {
    if ((time * 1_000) % CLICK_INTERVAL_MS > CLICK_S * 1_000) return 0;
    return soundOf(FIVE_TONES_HZ, time);
  });
}

/** When a sound begins and ends, s of the song. */
export type Burst = readonly [from: number, to: number];

/** A tone of 1 kHz that begins and ends at once, exactly at these times, with silence between them. */
export function bursts(times: readonly Burst[], seconds: number): string {
  return song("bursts", seconds, (time) => {
    const burst = times.find(([from, to]) => time >= from && time < to);
    return burst ? 0.25 * Math.sin(2 * Math.PI * 1_000 * (time - burst[0])) : 0;
  });
}

/** Interval of the crests of {@link swells}; not a multiple of a frame. */
export const SWELL_INTERVAL_MS = 807;

/** A chord whose loudness rises and falls by 40 dB, slowly enough for a screen of five frames a second. */
export function swells(seconds: number): string {
  return song("swells", seconds, (time) => {
    const ebb = 20 * (1 + Math.cos((2 * Math.PI * time * 1_000) / SWELL_INTERVAL_MS));
    return 10 ** (-ebb / 20) * soundOf(FIVE_TONES_HZ, time);
  });
}

/** Noise that is switched on and off. */
export function strobe(hertz: number, seconds: number): string {
  const random = randomOf(1);
  return song(`strobe ${hertz}`, seconds, (time) => {
    return (time * hertz) % 1 < 0.5 ? (random() - 0.5) * 0.8 : 0;
  });
}

/** Tones of equal amplitude from bass to treble, all at the same time. */
export function chord(seconds: number): string {
  return song("chord", seconds, (time) => soundOf(SEVEN_TONES_HZ, time));
}

/** One sample of several tones of equal amplitude. */
function soundOf(tones: readonly number[], time: number): number {
  return 0.1 * tones.reduce((sum, hertz) => sum + Math.sin(2 * Math.PI * hertz * time), 0);
}

/** Where the songs are kept. A page opens a file faster than it receives one from the test. */
const FOLDER = fileURLToPath(new URL("../../node_modules/.cache/songs/", import.meta.url));

/** Writes a song to a file of its own, if it is not there yet. Returns the path. */
function song(title: string, seconds: number, sampleAt: (time: number) => number): string {
  const samples = Float32Array.from({ length: seconds * SAMPLE_RATE }, (_, n) => sampleAt(n / SAMPLE_RATE));
  const wav = encodeWav({ left: samples, right: samples });
  const folder = join(FOLDER, createHash("sha256").update(wav).digest("hex").slice(0, 16));
  const path = join(folder, `${title}.wav`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  // Another worker may write the same song now. A page must not read half of it.
  const begun = join(folder, `${process.pid}`);
  writeFileSync(begun, wav);
  renameSync(begun, path);
  return path;
}
