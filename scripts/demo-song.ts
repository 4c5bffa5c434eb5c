/**
 * Creates static/demo-song.mp3. The file is committed: run this only after a change of the score.
 * `npm run demo-song` needs ffmpeg with libmp3lame.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { renderDemoSong } from "./demo-song/score.ts";
import { encodeWav } from "./demo-song/wav.ts";

const target = fileURLToPath(new URL("../static/demo-song.mp3", import.meta.url));
const encoder = spawnSync(
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
    "-codec:a",
    "libmp3lame",
    "-b:a",
    "160k",
    "-metadata",
    "title=Lightwall demo song",
    "-metadata",
    "artist=Lightwall",
    "-fflags",
    "+bitexact",
    target,
  ],
  { input: encodeWav(renderDemoSong()), stdio: ["pipe", "inherit", "inherit"] },
);
if (encoder.error !== undefined) {
  console.error("ffmpeg is missing. Install ffmpeg, then run this again.");
  process.exitCode = 1;
} else {
  process.exitCode = encoder.status ?? 1;
}
