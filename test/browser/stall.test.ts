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

/** How long the audio graph is halted: longer than its input queue, so that some sound is dropped. */
const STALL_MS = 120;
/** How long both screens need to be in step before the stall. */
const SETTLE_MS = 6_000;
/** How long a screen may take to notice the stall. */
const DETECT_TIMEOUT_MS = 5_000;
/** How long the halted screen needs to measure its new delay. */
const CORRECT_MS = 2_000;
/** How long both screens are watched after that. */
const WATCH_MS = 3_000;
/** How far apart the two screens may be. */
const OFFSET_MAX_MS = 5;

const folder = mkdtempSync(join(tmpdir(), "lightwall-stall-"));
const song = join(folder, "climbs.wav");
writeFileSync(song, climbingSong(60));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs in a page before its own scripts: lets a test halt the audio graph, and counts its sources. */
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

/** How far a screen is behind the song since `from`, ms: the median, plus a constant of all screens. */
async function lagOf(screen: Page, from: number): Promise<number> {
  const { frames }: PageLog = JSON.parse(await screen.evaluate("JSON.stringify(log)"));
  const began = await screen.evaluate(() => performance.timeOrigin);
  const readings = frames.map(([at, grey]) => ({ at: began + at, level: levelOfGrey(grey) }));
  const lags = lagsOf(readings.filter(({ at }) => at > from)).map(({ lag }) => lag);
  return lags.sort((a, b) => a - b)[lags.length >> 1]!;
}

const feedsOf = (screen: Page) => screen.evaluate<number>("kept.feeds");

test("a screen whose audio graph fell behind replaces the graph's source and is in step again", async () => {
  const host = await newDevice(browser);
  const { code } = await startWall(host, server.url);
  await host.getByTestId("file").setInputFiles(song);
  await goLive(host);
  // Wide enough for the console to show its details beside the wall.
  await host.setViewportSize({ width: 1_280, height: 800 });
  // The flash guard would change the colours from which this test reads the time.
  await turnSafetyOff(host);
  const halted = await openScreen(code);
  const other = await openScreen(code);
  await delay(SETTLE_MS);
  const feeds = await feedsOf(halted);

  await halted.evaluate(`kept.halt(${STALL_MS})`);
  await expect.poll(() => feedsOf(halted), { timeout: DETECT_TIMEOUT_MS }).toBeGreaterThan(feeds);
  await delay(CORRECT_MS);
  const from = Date.now();
  await delay(WATCH_MS);
  const lag = await lagOf(halted, from);
  expect(Math.abs(alignTo(lag, await lagOf(other, from)) - lag)).toBeLessThan(OFFSET_MAX_MS);
});
