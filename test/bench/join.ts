/**
 * `npm run bench:join`: how long a screen takes from the start of its script to the first light, without a
 * tap. One Chromium has the host's page, which broadcasts the demo song, and one screen at a time, on
 * loopback. The last line is JSON.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { goLive, newDevice, read, startWall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

const JOINS = 20;
/** Pause between two joins, so that the end of one does not slow down the next. */
const PAUSE_MS = 250;
const FIRST_LIGHT_TIMEOUT_MS = 10_000;

/** The times of one join, from the start of the page's script. */
interface Join {
  /** Until the peer connection is connected. */
  connectedMs: number;
  /** Until the first frame that is lit. */
  firstLightMs: number;
}

async function startMusic(browser: Browser, url: string): Promise<string> {
  const { host, code } = await startWall(await newDevice(browser), url);
  await host.getByTestId("demo").click();
  await host.getByTestId("loop").click();
  await host.getByTestId("volume").fill("1");
  await goLive(host);
  return code;
}

async function join(browser: Browser, address: string): Promise<Join> {
  const screen = await newDevice(browser);
  await screen.addInitScript(() => {
    new MutationObserver(() => {
      if (document.documentElement.dataset.peer === "connected") performance.mark("bench:connected");
    }).observe(document, { attributeFilter: ["data-peer"], subtree: true });
  });
  await screen.goto(address);
  await marksUpTo(screen, "bench:connected");
  const at = await marksUpTo(screen, "lightwall:first-light");
  await screen.context().close();
  const start = at("lightwall:start");
  return { connectedMs: at("bench:connected") - start, firstLightMs: at("lightwall:first-light") - start };
}

/**
 * Waits for the performance mark `last` of a page. Returns a function from a mark's name to its first time,
 * ms.
 */
async function marksUpTo(page: Page, last: string): Promise<(name: string) => number> {
  const end = performance.now() + FIRST_LIGHT_TIMEOUT_MS;
  while (performance.now() < end) {
    const marks = JSON.parse(await read(page, `JSON.stringify(performance.getEntriesByType("mark"))`));
    const at = (name: string) => marks.find((mark: PerformanceMark) => mark.name === name)?.startTime;
    if (at(last) !== undefined) return at;
    await delay(50);
  }
  throw new Error(`no ${last} within ${FIRST_LIGHT_TIMEOUT_MS} ms`);
}

/** The nearest-rank percentile, rounded to a tenth. */
function percentile(values: number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number(sorted[Math.ceil((percent / 100) * sorted.length) - 1]!.toFixed(1));
}

const server = await ServerProcess.start();
const browser = await launchChromium();
try {
  const address = `${server.url}/w/${await startMusic(browser, server.url)}?band=all`;
  await join(browser, address);
  const joins: Join[] = [];
  for (let n = 1; n <= JOINS; n++) {
    await delay(PAUSE_MS);
    const measured = await join(browser, address);
    joins.push(measured);
    const [connected, firstLight] = [measured.connectedMs.toFixed(0), measured.firstLightMs.toFixed(0)];
    console.log(
      `join ${String(n).padStart(2)}: connected after ${connected} ms, first light after ${firstLight} ms`,
    );
  }
  const [connected, firstLight] = [joins.map((one) => one.connectedMs), joins.map((one) => one.firstLightMs)];
  console.log(
    JSON.stringify({
      /** Joins measured, after one that is not. */
      n: JOINS,
      /** Time from the script's start to the first lit frame: median and 95th percentile. */
      firstLightMsP50: percentile(firstLight, 50),
      firstLightMsP95: percentile(firstLight, 95),
      /** Time from the script's start to the connected peer connection: median and 95th percentile. */
      connectedMsP50: percentile(connected, 50),
      connectedMsP95: percentile(connected, 95),
    }),
  );
} finally {
  await browser.close();
  await server.close();
}
