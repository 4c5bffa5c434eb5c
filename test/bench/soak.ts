/**
 * `npm run soak [-- <minutes>]`: lets listeners and hosts join and leave a server, as many as would come in
 * 30 minutes at 20 joins a second and one new host every 10 seconds, but as fast as the machine can. Prints a
 * line of JSON for each check of the server's resources (`Held` in soak.ts), then one for the result
 * (`SoakResult`). Fails if the server keeps resources of listeners or hosts that have left.
 */
import { soak } from "../support/soak.ts";

const MINUTES = Number(process.argv[2] ?? 30);
const JOINS_PER_SECOND = 20;
const HOST_STAY_S = 10;

const { held, ...result } = await soak({
  joins: MINUTES * 60 * JOINS_PER_SECOND,
  joinsPerHost: HOST_STAY_S * JOINS_PER_SECOND,
});
for (const check of held) console.log(JSON.stringify(check));
console.log(JSON.stringify({ minutes: MINUTES, ...result }));
process.exit(result.problems.length === 0 ? 0 : 1);
