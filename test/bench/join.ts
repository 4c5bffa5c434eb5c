/**
 * `npm run bench:join`: how long a tap takes to become light. One Chromium with the host's page, which plays
 * the demo song live, and one screen at a time, on loopback. The last line is JSON.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { becomes, goLive, newDevice, read, startWall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

const JOINS = 20;
/** Between two joins, so that one does not pay for the end of the other, ms. */
const PAUSE = 250;
/** Between the page asking for a tap and the tap, as a finger takes its time, ms. */
const REACTION = 300;
const FIRST_LIGHT_LIMIT = 10_000;

/** Where a join has got to, each in ms since the tap. */
interface Join {
  /** The media connection is up. */
  connected: number;
  firstLight: number;
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
  await screen.goto(address);
  await becomes(screen, "ready");
  await read(
    screen,
    `new MutationObserver(() => {
      if (document.documentElement.dataset.peer === "connected") performance.mark("bench:connected");
    }).observe(document.documentElement, { attributeFilter: ["data-peer"] })`,
  );
  await delay(REACTION);
  await screen.mouse.click(450, 350);
  const at = await marksUpTo(screen, "lightwall:first-light");
  await screen.context().close();
  const tap = at("lightwall:tap");
  return { connected: at("bench:connected") - tap, firstLight: at("lightwall:first-light") - tap };
}

/** Waits for a page's performance mark; then gives when each was first made, ms. */
async function marksUpTo(page: Page, last: string): Promise<(name: string) => number> {
  const end = performance.now() + FIRST_LIGHT_LIMIT;
  while (performance.now() < end) {
    const marks = JSON.parse(await read(page, `JSON.stringify(performance.getEntriesByType("mark"))`));
    const at = (name: string) => marks.find((mark: PerformanceMark) => mark.name === name)?.startTime;
    if (at(last) !== undefined) return at;
    await delay(50);
  }
  throw new Error(`no ${last} within ${FIRST_LIGHT_LIMIT} ms of the tap`);
}

/** The nearest-rank percentile, to a tenth. */
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
    await delay(PAUSE);
    const measured = await join(browser, address);
    joins.push(measured);
    const [connected, firstLight] = [measured.connected.toFixed(0), measured.firstLight.toFixed(0)];
    console.log(
      `join ${String(n).padStart(2)}: connected after ${connected} ms, first light after ${firstLight} ms`,
    );
  }
  const [connected, firstLight] = [joins.map((one) => one.connected), joins.map((one) => one.firstLight)];
  console.log(
    JSON.stringify({
      n: JOINS,
      firstLightMsP50: percentile(firstLight, 50),
      firstLightMsP95: percentile(firstLight, 95),
      connectedMsP50: percentile(connected, 50),
      connectedMsP95: percentile(connected, 95),
    }),
  );
} finally {
  await browser.close();
  await server.close();
}
