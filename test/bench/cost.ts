/**
 * `npm run bench:cost`: the processor time that a listener's page takes for a second of music, with sound
 * off: of all threads of its renderer process, and of its whole browser. Each page plays alone in a Chromium
 * of its own; the hosts have another. The last line is JSON.
 *
 * `-- --beside <folder>` measures another checkout in the same run, in turn with this one. It needs its own
 * `npm ci` and `npm run build`. Then the bench exits with 1 if a page of this checkout takes more.
 * `-- --seconds 10 --rounds 5` changes how long each page is measured, and how often.
 */
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { becomes, becomesConnected, becomesLit, newDevice, startDemoWall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

/** From the first light to the measurement: scripts are compiled, the clock is known. */
const SETTLE_MS = 6_000;
/** By then a page asks for a tap, or is live. */
const LOAD_MS = 1_000;
const CONNECT_TIMEOUT_MS = 20_000;

const { values } = parseArgs({
  options: {
    beside: { type: "string" },
    seconds: { type: "string", default: "15" },
    rounds: { type: "string", default: "3" },
  },
});
const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];

/** Processor time for a second of music, s: of the page's process, and of all processes of its browser. */
interface Cost {
  page: number;
  browser: number;
}

/** A checkout under test, with its wall. */
interface Build {
  name: "this" | "beside";
  server: ServerProcess;
  /** Has one screen at a time. */
  browser: Browser;
  code: string;
  costs: Cost[];
}

const hosts = await launchChromium();
const builds: Build[] = [];
try {
  await start("this");
  if (values.beside !== undefined) await start("beside", resolve(values.beside));
  for (let round = 0; round < rounds; round++) {
    for (const build of builds) {
      const cost = await measure(build);
      build.costs.push(cost);
      console.log(`${build.name}: page ${cost.page.toFixed(3)} s, browser ${cost.browser.toFixed(3)} s`);
    }
  }
  const [own, other] = builds.map(({ costs }) => ({
    /** Processor time for a second of music, s: median of all rounds. */
    page: median(costs.map(({ page }) => page)),
    browser: median(costs.map(({ browser }) => browser)),
  }));
  const isMet = !other || own!.page <= other.page;
  console.log(JSON.stringify({ seconds, rounds, this: own, beside: other, isMet }));
  if (!isMet) process.exitCode = 1;
} finally {
  await hosts.close();
  for (const { browser, server } of builds) {
    await browser.close();
    await server.close();
  }
}

/** Starts a checkout's server, and its wall with the demo song. */
async function start(name: Build["name"], root?: string): Promise<void> {
  const server = await ServerProcess.start({}, root);
  const build = { name, server, browser: await launchChromium(), code: "", costs: [] };
  builds.push(build);
  build.code = (await startDemoWall(hosts, server.url)).code;
}

/** Opens a screen, measures it while it plays, and closes it. */
async function measure({ server, browser, code, name }: Build): Promise<Cost> {
  const screen = await newDevice(browser);
  await screen.goto(`${server.url}/w/${code}?band=all&palette=neon`);
  // Pages of before frames were decoded are silent and dark until somebody taps.
  if (name === "beside") await tapIfAsked(screen);
  await becomes(screen, "live", CONNECT_TIMEOUT_MS);
  await becomesConnected(screen, CONNECT_TIMEOUT_MS);
  await becomesLit(screen, CONNECT_TIMEOUT_MS);
  await delay(SETTLE_MS);
  const [before, began] = [await usedBy(browser), performance.now()];
  await delay(seconds * 1_000);
  const after = await usedBy(browser);
  const elapsed = (performance.now() - began) / 1_000;
  await screen.context().close();
  return {
    page: (after.page - before.page) / elapsed,
    browser: (after.browser - before.browser) / elapsed,
  };
}

/** Taps a screen of a checkout in which nothing is heard before that. */
async function tapIfAsked(screen: Page): Promise<void> {
  await delay(LOAD_MS);
  const state = await screen.evaluate(() => document.documentElement.dataset.state);
  if (state !== "live") await screen.mouse.click(450, 350);
}

/** Processor time that a browser with one page has used so far, s. */
async function usedBy(browser: Browser): Promise<Cost> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const sum = (of: typeof processInfo) => of.reduce((total, { cpuTime }) => total + cpuTime, 0);
  return { page: sum(processInfo.filter(({ type }) => type === "renderer")), browser: sum(processInfo) };
}

function median(all: readonly number[]): number {
  return Number(all.toSorted((a, b) => a - b)[all.length >> 1]!.toFixed(4));
}
