import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { becomes, goLive, newDevice, startWall, turnSafetyOff } from "../support/pages.ts";
import { setStage } from "../support/stage.ts";
import { alignTo, climbingSong, lagsOf, levelOfGrey } from "../support/time-song.ts";
import { type PageLog, watchScreen } from "../support/watch-pages.ts";

const { server, browser } = await setStage({ kiosk: true });

/** More than may wait before the graph: some of what comes meanwhile is dropped. */
const STALL_MS = 120;
const SETTLE_MS = 6_000;
const FOUND_MS = 5_000;
const MEASURED_MS = 2_000;
const WATCH_MS = 3_000;
const APART_MS = 5;

const folder = mkdtempSync(join(tmpdir(), "lightwall-stall-"));
const song = join(folder, "climbs.wav");
writeFileSync(song, climbingSong(60));
afterAll(() => rmSync(folder, { recursive: true }));

/** The page's audio graph can be halted from outside, and what feeds it is counted. */
function keepGraph(): void {
  const kept = { feeds: 0, halt: (_ms: number) => Promise.resolve() };
  Object.assign(window, { kept });
  window.AudioContext = class extends AudioContext {
    constructor(options?: AudioContextOptions) {
      super(options);
      kept.halt = async (ms) => {
        const source = `registerProcessor("halt", class extends AudioWorkletProcessor {
          process() {
            for (const until = Date.now() + ${ms}; Date.now() < until; );
            return false;
          }
        })`;
        await this.audioWorklet.addModule(`data:text/javascript,${encodeURIComponent(source)}`);
        new AudioWorkletNode(this, "halt").connect(this.destination);
      };
    }
    override createMediaStreamSource(stream: MediaStream): MediaStreamAudioSourceNode {
      kept.feeds += 1;
      return super.createMediaStreamSource(stream);
    }
  };
}

async function openScreen(code: string): Promise<Page> {
  const context = await browser.newContext({ bypassCSP: true, viewport: { width: 240, height: 160 } });
  const screen = await context.newPage();
  await screen.addInitScript(watchScreen, { url: `${server.url.replace("http", "ws")}/ws`, buffer: 0 });
  await screen.addInitScript(keepGraph);
  await screen.goto(`${server.url}/w/${code}?palette=mono&band=all&autostart=1`);
  await becomes(screen, "live", 20_000);
  return screen;
}

/** How far behind the song a screen is in the middle of the time since `from`, up to a constant, ms. */
async function lagOf(screen: Page, from: number): Promise<number> {
  const { frames }: PageLog = JSON.parse(await screen.evaluate("JSON.stringify(log)"));
  const began = await screen.evaluate(() => performance.timeOrigin);
  const readings = frames.map(([at, grey]) => ({ at: began + at, level: levelOfGrey(grey) }));
  const lags = lagsOf(readings.filter(({ at }) => at > from)).map(({ lag }) => lag);
  return lags.sort((a, b) => a - b)[lags.length >> 1]!;
}

const feedsOf = (screen: Page) => screen.evaluate<number>("kept.feeds");

test("a screen whose audio graph fell behind is in step again, and hears by a new feed in which nothing waits", async () => {
  const host = await newDevice(browser);
  const { code } = await startWall(host, server.url);
  await host.getByTestId("file").setInputFiles(song);
  await goLive(host);
  // Wide enough for the details to stand beside the wall.
  await host.setViewportSize({ width: 1_280, height: 800 });
  // The flash guard changes colours, and colours are the clock here.
  await turnSafetyOff(host);
  const halted = await openScreen(code);
  const other = await openScreen(code);
  await delay(SETTLE_MS);
  const feeds = await feedsOf(halted);

  await halted.evaluate(`kept.halt(${STALL_MS})`);
  await expect.poll(() => feedsOf(halted), { timeout: FOUND_MS }).toBeGreaterThan(feeds);
  await delay(MEASURED_MS);
  const from = Date.now();
  await delay(WATCH_MS);
  const lag = await lagOf(halted, from);
  expect(Math.abs(alignTo(lag, await lagOf(other, from)) - lag)).toBeLessThan(APART_MS);
});
