/**
 * `npm run bench:ears`: whether all browsers hear the same numbers. Two screens in Chromium, one on plain
 * http with the decoder in WebAssembly, and one in Firefox with its own decoder, if it is installed, hear a
 * minute of the demo song. Compares the levels of all bands at each moment of the song's grid, and the beats
 * that are found. Then one more screen joins, and its light is compared with that of the first. The last line
 * is JSON. Exits with 1 if an aim is missed.
 *
 * `-- --seconds 20` compares less.
 */
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { BANDS, type BandName, binsOf } from "../../client/light/band.ts";
import { FFT_SIZE } from "../../client/listener/ear/grid.ts";
import { launchChromium } from "../support/chromium.ts";
import { Firefox, findFirefox, ownAddress } from "../support/firefox.ts";
import { becomes, eventually, newDevice, startDemoWall } from "../support/pages.ts";
import type { WatchedPage } from "../support/painted.ts";
import { ServerProcess } from "../support/server-process.ts";
import { type EarLog, readEarLog, watchEar, watchEarScript } from "../support/watch-ear.ts";
import { compareBeats, compareLevels } from "./ears/compare.ts";
import { compareLight } from "./ears/light.ts";

/** How far levels 0..1 may differ that count as equal. */
const LEVEL_AWAY_MAX = 0.01;
/** A name that is not this machine's own to a browser, so that its pages are not on a secure origin. */
const PLAIN_NAME = "wall.test";
/** Beats are found by comparison with the last second: a screen needs that first. */
const SETTLE_MS = 3_000;
const BEGIN_TIMEOUT_MS = 20_000;
/** The light of a screen that joins late is compared for so long. */
const LATE_MS = 20_000;
/** Smoothing of a screen that has joined remembers nothing of what was before; it needs so long to forget. */
const FORGET_MS = 1_500;
/** Small pages: painting is no part of this. */
const SMALL = { width: 240, height: 160 };

const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" } } });
const seconds = Number(values.seconds);

const bands = Object.keys(BANDS) as BandName[];
const ranges = bands.map((band) => binsOf(BANDS[band], 48_000, FFT_SIZE));

const server = await ServerProcess.start();
const browser = await launchChromium({ plainName: PLAIN_NAME });
const program = findFirefox();
const firefox = program ? await Firefox.launch(program, ownAddress()) : undefined;
if (!firefox) process.stderr.write("Firefox is not installed: three screens are compared.\n");
try {
  const { host, code } = await startDemoWall(browser, server.url);
  await host.setViewportSize(SMALL);
  const reference = await open(server.url, code);
  const pages: Record<string, WatchedPage> = {
    chromium: await open(server.url, code),
    wasm: await open(`http://${PLAIN_NAME}:${server.port}`, code),
  };
  if (firefox) {
    await firefox.watch(watchEarScript(ranges));
    await firefox.goto(`http://${ownAddress()}:${server.port}/w/${code}`);
    pages.firefox = firefox;
    if (!(await firefox.evaluate("'AudioDecoder' in window")))
      throw new Error("Firefox has no decoder here.");
  }
  for (const [name, page] of Object.entries(pages)) {
    const moments = () => page.evaluate("earLog.heard.length") as Promise<number>;
    await eventually(moments, (heard) => heard > 100, `100 moments in ${name}`, BEGIN_TIMEOUT_MS);
  }
  await delay(SETTLE_MS);
  const from = (await reference.evaluate("earLog.heard.at(-1)[0]")) as number;
  await delay(seconds * 1_000 + SETTLE_MS);

  const late = await open(server.url, code);
  const newest = () => late.evaluate("earLog.heard.at(-1)[0]") as Promise<number>;
  const joined = (await late.evaluate("earLog.heard[0][0]")) as number;
  await delay(FORGET_MS + LATE_MS);
  const lateSpan = { from: joined + FORGET_MS, until: await newest() };

  const span = { from, until: from + seconds * 1_000 };
  const known = await readEarLog(reference);
  const lateLight = compareLight(known, await readEarLog(late), lateSpan, bands);
  const figures = await Promise.all(
    Object.entries(pages).map(async ([name, page]) => {
      const log: EarLog = await readEarLog(page);
      const levels = compareLevels(known, log, span, bands, LEVEL_AWAY_MAX);
      return [name, { levels, beats: compareBeats(known, log, span) }] as const;
    }),
  );
  const isEqual = figures.every(
    ([, { levels, beats }]) =>
      levels.outside === 0 &&
      levels.shared > 0 &&
      beats.same > 0 &&
      beats.shifted + beats.onlyReference + beats.onlyOther === 0,
  );
  const isMet = isEqual && lateLight.moments > 0 && lateLight.most.away <= LEVEL_AWAY_MAX;
  const ears = Object.fromEntries(figures);
  console.log(JSON.stringify({ seconds, levelAwayMax: LEVEL_AWAY_MAX, ...ears, lateLight, isMet }));
  if (!isMet) process.exitCode = 1;
} finally {
  await firefox?.close();
  await browser.close();
  await server.close();
}

/** Opens a screen whose ear is watched. */
async function open(base: string, code: string): Promise<WatchedPage> {
  const page = await newDevice(browser, SMALL);
  await page.addInitScript(watchEar, ranges);
  await page.goto(`${base}/w/${code}`);
  await becomes(page, "live", BEGIN_TIMEOUT_MS);
  return page;
}
