/**
 * `npm run bench:disk -- 60`: whether every wall is kept after a disk that was full for so many seconds.
 * Needs root, for a small file system of its own. The last line is JSON. Fails where a wall is missing or not
 * as it was last.
 */
import { fillDisk } from "../support/full-disk.ts";
import { SmallDisk } from "../support/small-disk.ts";

const { obstacle } = SmallDisk;
if (obstacle) {
  console.error(`No disk can be filled here: ${obstacle}.`);
  process.exit(1);
}
const result = await fillDisk(Number(process.argv[2] ?? 60));
console.log(JSON.stringify(result));
const { walls, kept, left, keptAtTheEnd } = result;
process.exit(kept === walls && keptAtTheEnd === walls && left === 0 ? 0 : 1);
