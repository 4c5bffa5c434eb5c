/**
 * `npm run bench:kill [-- <kills>]`: kills a server with `kill -9` at random moments while a wall changes 20
 * times a second. The last line is JSON (`Kills`). Fails if a kill damages the wall's file, or loses a change
 * that the server had confirmed more than a second before.
 */
import { killOften } from "../support/kill-often.ts";

/**
 * How long a confirmed change may take to reach the disk: half a second of batching, and as much for the
 * disk.
 */
const WRITE_TIMEOUT_MS = 1_000;

const result = await killOften(Number(process.argv[2] ?? 100), WRITE_TIMEOUT_MS);
console.log(JSON.stringify(result));
process.exit(result.torn + result.lost + result.changed === 0 ? 0 : 1);
