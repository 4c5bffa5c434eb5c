/**
 * `npm run bench:join`: how long a screen takes from the start of its script to the first light, without a
 * tap. One Chromium has the host's page, which broadcasts the demo song at a wall delay of 500 ms, and one
 * screen at a time, on loopback. A screen comes from the start page, as a person does who types a code. In
 * the same run, every second screen gets no frames over its WebSocket. Pages are small, because the processor
 * that paints them also runs the host and the server. Beside them a page does the least that any first light
 * needs on this machine: its WebSocket is answered, a worker's decoder gives sound, a frame is painted. The
 * last line is JSON. Exits with 1 if an aim is missed.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { PROTOCOL_VERSION } from "../../server/protocol/version.ts";
import { launchChromium } from "../support/chromium.ts";
import { goLive, newDevice, read, SMALL, startWall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";

const JOINS = 20;
/** The wall delay, ms. */
const DELAY_MS = 500;
/** The browser has opened the start page this long before a person goes on to the wall, ms. */
const START_PAGE_MS = 700;
/** First light: median and 95th percentile, ms. */
const AIM_MS = { p50: 60, p95: 120 };
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
  await host.getByTestId("delay-auto").dispatchEvent("click");
  await host.getByTestId("delay").fill(String(DELAY_MS), { force: true });
  await goLive(host);
  await host.setViewportSize(SMALL);
  return code;
}

/** Runs in a page before its own scripts: its WebSockets bring no encoded frames. */
const WITHOUT_FRAMES = `globalThis.WebSocket = class extends WebSocket {
  set onmessage(handle) { super.onmessage = (event) => typeof event.data === "string" && handle(event); }
};`;

/** What a worker does at least: the browser's decoder gives the sound of one frame of silence. */
const LEAST_WORKER = `const decoder = new AudioDecoder({
  output: (data) => { data.close(); postMessage(0); },
  error: (error) => { throw error; },
});
decoder.configure({ codec: "opus", sampleRate: 48000, numberOfChannels: 2 });
decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: 0, data: Uint8Array.of(0xfc, 0xff, 0xfe) }));`;

/** What a page does at least before its first light. */
const LEAST_PAGE = `<!doctype html><canvas id="light" width="1" height="1"></canvas><script type="module">
performance.mark("lightwall:start");
const worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(LEAST_WORKER)}])));
const decoded = new Promise((resolve) => { worker.onmessage = resolve; });
const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws");
socket.onopen = () => socket.send(JSON.stringify({ type: "hello", version: ${PROTOCOL_VERSION} }));
const answered = new Promise((resolve) => { socket.onmessage = resolve; });
await Promise.all([decoded, answered]);
requestAnimationFrame(() => {
  const pixel = document.getElementById("light").getContext("2d");
  pixel.fillStyle = "red";
  pixel.fillRect(0, 0, 1, 1);
  performance.mark("lightwall:first-light");
});
</script>`;

/** Opens the page that does the least, as a screen is opened. Returns the time to its first light, ms. */
async function least(browser: Browser, url: string): Promise<number> {
  const page = await newDevice(browser, SMALL);
  // To Chromium a page that a test has made up does not come from this machine.
  await page.context().grantPermissions(["local-network-access"]);
  await page.route("**/least", (route) => route.fulfill({ contentType: "text/html", body: LEAST_PAGE }));
  await page.goto(url);
  await delay(START_PAGE_MS);
  await page.goto(`${url}/least`);
  const at = await marksUpTo(page, "lightwall:first-light");
  await page.context().close();
  return at("lightwall:first-light") - at("lightwall:start");
}

/** Opens a screen from the start page. */
async function join(browser: Browser, url: string, code: string, hasFrames: boolean): Promise<Join> {
  const screen = await newDevice(browser, SMALL);
  if (!hasFrames) await screen.addInitScript(WITHOUT_FRAMES);
  await screen.addInitScript(() => {
    new MutationObserver(() => {
      if (document.documentElement.dataset.peer === "connected") performance.mark("bench:connected");
    }).observe(document, { attributeFilter: ["data-peer"], subtree: true });
  });
  await screen.goto(url);
  await delay(START_PAGE_MS);
  await screen.goto(`${url}/w/${code}?band=all`);
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
  const code = await startMusic(browser, server.url);
  const joins: Join[] = [];
  const joinsWithoutFrames: Join[] = [];
  const leasts: number[] = [];
  for (let n = 0; n <= JOINS; n++) {
    const withFrames = await join(browser, server.url, code, true);
    const without = await join(browser, server.url, code, false);
    const leastMs = await least(browser, server.url);
    // The first of each fills caches, and does not count.
    if (n === 0) continue;
    joins.push(withFrames);
    joinsWithoutFrames.push(without);
    leasts.push(leastMs);
    const [first, udpFirst] = [withFrames.firstLightMs.toFixed(0), without.firstLightMs.toFixed(0)];
    console.log(
      `join ${String(n).padStart(2)}: light after ${first} ms; over UDP only, after ${udpFirst} ms; ` +
        `the least page, after ${leastMs.toFixed(0)} ms`,
    );
  }
  const firstLight = joins.map((one) => one.firstLightMs);
  const connected = joins.map((one) => one.connectedMs);
  const udpOnly = joinsWithoutFrames.map((one) => one.firstLightMs);
  const line = {
    /** Joins measured of each kind. */
    n: JOINS,
    /** Time from the script's start to the first lit frame: median and 95th percentile. */
    firstLightMsP50: percentile(firstLight, 50),
    firstLightMsP95: percentile(firstLight, 95),
    /** The same of a page that does the least that a first light needs. */
    leastMsP50: percentile(leasts, 50),
    leastMsP95: percentile(leasts, 95),
    /** The same without frames over the WebSocket. */
    udpOnlyFirstLightMsP50: percentile(udpOnly, 50),
    udpOnlyFirstLightMsP95: percentile(udpOnly, 95),
    /** Time from the script's start to the connected peer connection. */
    connectedMsP50: percentile(connected, 50),
    connectedMsP95: percentile(connected, 95),
  };
  console.log(JSON.stringify(line));
  if (line.firstLightMsP50 > AIM_MS.p50 || line.firstLightMsP95 > AIM_MS.p95) process.exitCode = 1;
} finally {
  await browser.close();
  await server.close();
}
