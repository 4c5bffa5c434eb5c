/**
 * Makes static/demo-song.mp3, which is committed: only who changes the score needs to run this.
 * `npm run demo-song` needs ffmpeg with libmp3lame.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { renderDemoSong } from "./demo-song/score.ts";
import { encodeWav } from "./demo-song/wav.ts";

const target = fileURLToPath(new URL("../static/demo-song.mp3", import.meta.url));
const encoder = spawnSync(
  "ffmpeg",
  // biome-ignore format: one option a line says less than one line of them
  ["-hide_banner", "-loglevel", "error", "-y", "-f", "wav", "-i", "pipe:0", "-codec:a", "libmp3lame", "-b:a", "160k",
   "-metadata", "title=Lightwall demo song", "-metadata", "artist=Lightwall", "-fflags", "+bitexact", target],
  { input: encodeWav(renderDemoSong()), stdio: ["pipe", "inherit", "inherit"] },
);
if (encoder.error !== undefined) {
  console.error("The demo song needs ffmpeg to be encoded. Install ffmpeg, then run this again.");
  process.exitCode = 1;
} else {
  process.exitCode = encoder.status ?? 1;
}
