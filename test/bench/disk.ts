/**
 * `npm run bench:disk [-- <seconds>]`: keeps the disk of a server full for a time, while its walls change,
 * and checks that all walls are saved afterwards. Needs root, to mount a small file system. The last line is
 * JSON (`FullDisk`). Fails if a wall is missing or outdated.
 */
import { fillDisk } from "../support/full-disk.ts";
import { SmallDisk } from "../support/small-disk.ts";

const { obstacle } = SmallDisk;
if (obstacle) {
  console.error(`This machine cannot fill a disk: ${obstacle}.`);
  process.exit(1);
}
const result = await fillDisk(Number(process.argv[2] ?? 60));
console.log(JSON.stringify(result));
const { walls, kept, left, keptAtTheEnd } = result;
process.exit(kept === walls && keptAtTheEnd === walls && left === 0 ? 0 : 1);
