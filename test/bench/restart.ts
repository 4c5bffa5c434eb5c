/**
 * `npm run bench:restart`: how long 50 listeners of a live wall are dark when their server is killed with
 * `kill -9` and started again at once; eight of them and the host are pages in Chromium. Some runs in turn;
 * the last line is JSON. Fails where one takes longer than it may, or finds the wall changed.
 */
import { launchChromium } from "../support/chromium.ts";
import { type Restart, restart } from "../support/restart.ts";
import { ServerProcess } from "../support/server-process.ts";

const RUNS = Number(process.argv[2] ?? 5);
/** From the start of the new process until the last listener is lit, ms. */
const AIM = 3_000;

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
  listeners: runs[0]?.listeners,
  lightMs: runs.map(({ lightMs }) => lightMs),
  worstLightMs,
  worstStartMs: worst(({ startMs }) => startMs),
  worstHostMs: worst(({ hostMs }) => hostMs),
  isIntact,
  isHosted,
};
console.log(JSON.stringify(figures));
process.exit(worstLightMs <= AIM && isIntact && isHosted ? 0 : 1);
