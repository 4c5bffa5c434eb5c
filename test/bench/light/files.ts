import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { findProgram } from "../../support/find-program.ts";

/** What is taken for a song. */
const AUDIO = [
  ".aac",
  ".aif",
  ".aiff",
  ".flac",
  ".m4a",
  ".mka",
  ".mp3",
  ".oga",
  ".ogg",
  ".opus",
  ".wav",
  ".wma",
];
/** Only this much of a file is measured, s. */
const SECONDS_MAX = 90;
const SAMPLE_RATE_HZ = 48_000;
/** Two sides of 32 bits. */
const FRAME_BYTES = 8;

/** A file's sound: left and right, 48 kHz. */
export type Sound = [left: Float32Array, right: Float32Array];

/** The paths of all audio files in a folder, in order. Throws if the folder has none. */
export function songFiles(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => AUDIO.includes(extname(name).toLowerCase()));
  if (names.length === 0) throw new Error(`No audio file in ${folder}.`);
  return names.sort().map((name) => join(folder, name));
}

/** Decodes the first {@link SECONDS_MAX} of a file. Throws if ffmpeg is missing or cannot read it. */
export function decode(path: string): Sound {
  const ffmpeg = findProgram(["ffmpeg"]);
  if (!ffmpeg) throw new Error("ffmpeg is missing: it decodes the files of --songs (Debian: ffmpeg).");
  const { status, stdout, stderr, error } = spawnSync(
    ffmpeg,
    // biome-ignore format: one option a line would be a page.
    ["-nostdin", "-v", "error", "-t", `${SECONDS_MAX}`, "-i", path,
      "-vn", "-ac", "2", "-ar", `${SAMPLE_RATE_HZ}`, "-f", "f32le", "-"],
    { maxBuffer: 2 * SECONDS_MAX * SAMPLE_RATE_HZ * FRAME_BYTES },
  );
  if (status !== 0 || error) throw new Error(`ffmpeg cannot decode ${path}: ${error?.message ?? stderr}`);
  const frames = Math.floor(stdout.length / FRAME_BYTES);
  const sound: Sound = [new Float32Array(frames), new Float32Array(frames)];
  for (let n = 0; n < frames; n++) {
    sound[0][n] = stdout.readFloatLE(n * FRAME_BYTES);
    sound[1][n] = stdout.readFloatLE(n * FRAME_BYTES + 4);
  }
  return sound;
}
