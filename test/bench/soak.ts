/**
 * `npm run soak [-- <minutes>]`: as many joins and leaves as half an hour has at 20 a second, and a new host
 * every 10 seconds of it, as fast as the machine can. Fails if the server keeps anything of those who have
 * left. The last line is JSON.
 */
import { soak } from "../support/soak.ts";

const MINUTES = Number(process.argv[2] ?? 30);
const JOINS_PER_SECOND = 20;
const HOSTED_SECONDS = 10;

const { held, ...result } = await soak({
  joins: MINUTES * 60 * JOINS_PER_SECOND,
  joinsPerHost: HOSTED_SECONDS * JOINS_PER_SECOND,
});
for (const look of held) console.log(JSON.stringify(look));
console.log(JSON.stringify({ minutes: MINUTES, ...result }));
process.exit(result.problems.length === 0 ? 0 : 1);
