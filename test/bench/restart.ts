/**
 * `npm run bench:restart [-- <runs>]`: kills the server of a live wall with `kill -9`, starts it again at
 * once, and measures how long its 50 listeners are dark. The host and some of the listeners are pages in
 * Chromium. Prints a line of JSON for each run, then one for all of them. Fails if a run takes too long or
 * changes the wall.
 */
import { launchChromium } from "../support/chromium.ts";
import { type Restart, restart } from "../support/restart.ts";
import { ServerProcess } from "../support/server-process.ts";

const RUNS = Number(process.argv[2] ?? 5);
/** Greatest time from the start of the new process until the last listener is lit. */
const LIGHT_LIMIT_MS = 3_000;

const runs: Restart[] = [];
while (runs.length < RUNS) {
  const server = await ServerProcess.start();
  const browser = await launchChromium({ kiosk: true });
  const run = await restart(server, browser);
  await browser.close();
  await server.close();
  const { before, after, ...figures } = run;
  console.log(JSON.stringify(figures));
  runs.push(run);
}
const worst = (figure: (run: Restart) => number) => Math.max(...runs.map(figure));
const isIntact = runs.every(({ before, after, present, listeners }) => {
  return before.length === listeners && before.join() === after.join() && present === listeners;
});
const isHosted = runs.every(({ obeyed }) => obeyed);
const worstLightMs = worst(({ lightMs }) => lightMs);
const figures = {
  /** Listeners of each run, with and without a browser. */
  listeners: runs[0]?.listeners,
  /** For each run, the time from the start of the new process until the last listener was lit. */
  lightMs: runs.map(({ lightMs }) => lightMs),
  /** The greatest of these times. */
  worstLightMs,
  /** The greatest time until the new process took connections. */
  worstStartMs: worst(({ startMs }) => startMs),
  /** The greatest time until the host was live again. */
  worstHostMs: worst(({ hostMs }) => hostMs),
  /** Whether each run ended with all screens in the places that they had before. */
  isIntact,
  /** Whether all screens became dark by the blackout that the host set after each restart. */
  isHosted,
};
console.log(JSON.stringify(figures));
process.exit(worstLightMs <= LIGHT_LIMIT_MS && isIntact && isHosted ? 0 : 1);
