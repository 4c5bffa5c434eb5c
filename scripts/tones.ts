/**
 * Creates test/fixtures/tones.mp3, which is committed: 60 Hz, 1 kHz and 8 kHz, one after the other.
 * `node scripts/tones.ts` needs ffmpeg with libmp3lame.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { SAMPLE_RATE } from "./demo-song/synth.ts";
import { encodeWav } from "./demo-song/wav.ts";

const TONES_HZ = [60, 1_000, 8_000];
/** Length of each tone. */
const TONE_S = 3;
/** 12 dB below full scale: far from clipping, and far above the level of a bright screen. */
const PEAK = 0.25;
/** Fade-in and fade-out of each tone, so that no click puts energy into other bands. */
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
  [
    "-hide_banner",
    "-loglevel",
    "error",
    "-y",
    "-f",
    "wav",
    "-i",
    "pipe:0",
    "-ac",
    "1",
    "-codec:a",
    "libmp3lame",
    "-b:a",
    "64k",
    "-fflags",
    "+bitexact",
    fileURLToPath(new URL("../test/fixtures/tones.mp3", import.meta.url)),
  ],
  { input: encodeWav({ left: samples, right: samples }), stdio: ["pipe", "inherit", "inherit"] },
);
if (error !== undefined) console.error("ffmpeg is missing. Install ffmpeg, then run this again.");
process.exitCode = status ?? 1;
