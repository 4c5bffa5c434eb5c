/**
 * `npm run bench:join`: how long a tap takes to become light. One Chromium with the host's page, which plays
 * the demo song live, and one screen at a time, on loopback. The last line is JSON.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { becomes, goLive, newDevice, read, startWall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

const JOINS = 20;
/** Between two joins, so that one does not pay for the end of the other, ms. */
const PAUSE = 250;
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
  await screen.mouse.click(450, 350);
  const lit = async () => (await marks()).get("lightwall:first-light");
  const marks = async () => {
    const entries = await read<string>(
      screen,
      `JSON.stringify(performance.getEntriesByType("mark").reverse().map(({ name, startTime }) => [name, startTime]))`,
    );
    return new Map<string, number>(JSON.parse(entries));
  };
  const end = performance.now() + FIRST_LIGHT_LIMIT;
  while ((await lit()) === undefined) {
    if (performance.now() > end) throw new Error(`no light within ${FIRST_LIGHT_LIMIT} ms of the tap`);
    await delay(50);
  }
  const at = await marks();
  const tap = at.get("lightwall:tap")!;
  await screen.context().close();
  return { connected: at.get("bench:connected")! - tap, firstLight: at.get("lightwall:first-light")! - tap };
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
