import { SAMPLE_RATE } from "../../scripts/demo-song/synth.ts";
import { encodeWav } from "../../scripts/demo-song/wav.ts";
import { randomOf } from "./random.ts";

/** A file as Playwright gives it to a page. */
export interface SongFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** From one click of {@link clicks} to the next, ms; no multiple of a frame. */
export const CLICK_INTERVAL = 807;
const CLICK_S = 0.1;

/** Tones over all bands, in no simple ratio; and one for each band; Hz. */
const FIVE = [110, 613, 1_091, 2_137, 4_009];
const SEVEN = [70, 160, 370, 850, 1_900, 4_300, 9_000];

/** One tone all through, as loud as this in dB relative to full scale. */
export function tone(hertz: number, seconds: number, dbfs = -12): SongFile {
  const peak = 10 ** (dbfs / 20);
  return song(`tone ${hertz}`, seconds, (time) => peak * Math.sin(2 * Math.PI * hertz * time));
}

/** Short chords in silence. */
export function clicks(seconds: number): SongFile {
  return song("clicks", seconds, (time) => {
    if ((time * 1_000) % CLICK_INTERVAL > CLICK_S * 1_000) return 0;
    return soundOf(FIVE, time);
  });
}

/** From one crest of {@link swells} to the next, ms; no multiple of a frame. */
export const SWELL_INTERVAL = 807;

/**
 * A chord that swells and ebbs by 40 dB: with no moment so short that a screen of five frames a second misses
 * it.
 */
export function swells(seconds: number): SongFile {
  return song("swells", seconds, (time) => {
    const ebb = 20 * (1 + Math.cos((2 * Math.PI * time * 1_000) / SWELL_INTERVAL));
    return 10 ** (-ebb / 20) * soundOf(FIVE, time);
  });
}

/** Noise that is cut on and off. */
export function strobe(hertz: number, seconds: number): SongFile {
  const random = randomOf(1);
  return song(`strobe ${hertz}`, seconds, (time) => {
    return (time * hertz) % 1 < 0.5 ? (random() - 0.5) * 0.8 : 0;
  });
}

/** Tones from bass to treble at once, each as strong as the others. */
export function chord(seconds: number): SongFile {
  return song("chord", seconds, (time) => soundOf(SEVEN, time));
}

/** Tones at once, in Hz, each as loud as the others: a sample. */
function soundOf(tones: readonly number[], time: number): number {
  return 0.1 * tones.reduce((sum, hertz) => sum + Math.sin(2 * Math.PI * hertz * time), 0);
}

function song(title: string, seconds: number, sampleAt: (time: number) => number): SongFile {
  const samples = Float32Array.from({ length: seconds * SAMPLE_RATE }, (_, n) => sampleAt(n / SAMPLE_RATE));
  return {
    name: `${title}.wav`,
    mimeType: "audio/wav",
    buffer: encodeWav({ left: samples, right: samples }),
  };
}
