/**
 * `npm run bench:kill -- 100`: what `kill -9` at so many random moments does to a wall that changes 20 times
 * a second. The last line is JSON. Fails where a kill tears the wall, or loses a change that was confirmed
 * more than a second before.
 */
import { killOften } from "../support/kill-often.ts";

/** The half second in which changes are gathered, and as much for the timer and the disk, ms. */
const KEPT_WITHIN = 1_000;

const result = await killOften(Number(process.argv[2] ?? 100), KEPT_WITHIN);
console.log(JSON.stringify(result));
process.exit(result.torn + result.lost + result.changed === 0 ? 0 : 1);
