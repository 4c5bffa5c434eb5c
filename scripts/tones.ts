/**
 * Makes test/fixtures/tones.mp3, which is committed: 60 Hz, 1 kHz and 8 kHz in turn, TONE_S each.
 * `node scripts/tones.ts` needs ffmpeg with libmp3lame.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { SAMPLE_RATE } from "./demo-song/synth.ts";
import { encodeWav } from "./demo-song/wav.ts";

const TONES_HZ = [60, 1_000, 8_000];
const TONE_S = 3;
/** 12 dB below full scale: far from clipping, and far above what counts as bright. */
const PEAK = 0.25;
/** Fades, so that no click at a tone's ends lights other bands. */
const FADE_S = 0.05;

const samples = new Float32Array(TONES_HZ.length * TONE_S * SAMPLE_RATE).map((_, n) => {
  const time = n / SAMPLE_RATE;
  const inTone = time % TONE_S;
  const fade = Math.min(1, inTone / FADE_S, (TONE_S - inTone) / FADE_S);
  return (
    PEAK *
    Math.sin((Math.PI / 2) * fade) ** 2 *
    Math.sin(2 * Math.PI * TONES_HZ[Math.floor(time / TONE_S)]! * time)
  );
});

const { status, error } = spawnSync(
  "ffmpeg",
  // biome-ignore format: one option a line says less than one line of them
  ["-hide_banner", "-loglevel", "error", "-y", "-f", "wav", "-i", "pipe:0", "-ac", "1", "-codec:a", "libmp3lame",
   "-b:a", "64k", "-fflags", "+bitexact", fileURLToPath(new URL("../test/fixtures/tones.mp3", import.meta.url))],
  { input: encodeWav({ left: samples, right: samples }), stdio: ["pipe", "inherit", "inherit"] },
);
if (error !== undefined)
  console.error("The tones need ffmpeg to be encoded. Install ffmpeg, then run this again.");
process.exitCode = status ?? 1;
