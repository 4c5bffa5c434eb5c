import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import type { LookMode } from "../../server/protocol/wall.ts";
import { MODES } from "../../server/protocol/wall.ts";
import { launchChromium } from "../support/chromium.ts";
import { becomes, goLive, playSong, startWall, turnSafetyOff } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";
import { SWELL_INTERVAL_MS, swells } from "../support/songs.ts";
import { type Cost, costOf, lagBetween } from "./frame/figures.ts";
import { type Thumbnail, type Watched, watchFrames } from "./frame/in-page.ts";
import { traceFrames } from "./frame/trace.ts";

/**
 * `npm run bench:frame`: measures in Chromium, which draws WebGL on the CPU here, the cost of a frame in each
 * mode of a screen, and how far a large screen is behind a small one with and without extra load. The last
 * line is JSON. Fails if a figure is over its limit.
 */

const SETTLE_MS = 6_000;
const MEASURE_MS = 6_000;
/** Size of the recorded pictures, in pixels. */
const FILM = { width: 32, height: 18 };
/** How long screens are recorded: one that paints five pictures a second gives a hundred. */
const FILM_MS = 20_000;
/** How long each frame of a loaded screen blocks the page. */
const LOAD_MS = 60;

const LIMITS = {
  /** Script of a frame in mode Solid, CPU time at the 95th percentile. */
  solidMs: 1,
  /** How far a large screen may be behind a small one, or before it. */
  lagMs: 20,
};

const log = (text: string) => process.stderr.write(`${text}\n`);

const server = await ServerProcess.start();
const browser = await launchChromium({ kiosk: true });
try {
  const host = await newPage(browser, 1_280, 800);
  const { code } = await startWall(host, server.url);
  await host.getByTestId("demo").click();
  await host.getByTestId("loop").click();
  await goLive(host);

  const modes: Record<string, Cost & { pixelsWide: number }> = {};
  for (const mode of MODES) {
    await host.getByTestId("look").selectOption(mode, { force: true });
    const screen = await openScreen(code, 1_280, 720);
    await delay(SETTLE_MS);
    const cost = costOf(await traceFrames(browser, screen, MEASURE_MS));
    const width = await screen.evaluate(() => document.querySelector<HTMLCanvasElement>(".look")?.width ?? 1);
    modes[mode] = { ...cost, pixelsWide: width };
    log(`${mode}: script ${cost.scriptP95Ms} ms, ${cost.fps} frames a second, ${width} pixels wide`);
    await screen.context().close();
  }

  // The flash guard would delay changes, from which the lag is measured.
  await turnSafetyOff(host);
  await host.getByTestId("pattern").selectOption("unison", { force: true });
  await playSong(host, swells(180));
  const lags: Record<string, { idle: Lag; loaded: Lag }> = {};
  for (const mode of MODES.filter((mode): mode is LookMode => mode !== "solid")) {
    await host.getByTestId("look").selectOption(mode, { force: true });
    const small = await openScreen(code, 240, 135);
    const lagWith = async (loadMs: number): Promise<Lag> => {
      const large = await openScreen(code, 1_280, 720, loadMs);
      const lag = await lagOf(small, large);
      await large.context().close();
      return lag;
    };
    lags[mode] = { idle: await lagWith(0), loaded: await lagWith(LOAD_MS) };
    log(`${mode}: ${JSON.stringify(lags[mode])}`);
    await small.context().close();
  }

  const solid = modes.solid!;
  const missed = [
    ...(solid.scriptP95Ms > LIMITS.solidMs ? [`solid ${solid.scriptP95Ms} ms`] : []),
    ...Object.entries(lags).flatMap(([mode, { idle, loaded }]) =>
      [idle, loaded]
        .filter(({ lagMs }) => Math.abs(lagMs) > LIMITS.lagMs)
        .map(({ lagMs }) => `${mode} ${lagMs} ms behind`),
    ),
  ];
  if (missed.length > 0) process.exitCode = 1;
  const figures = {
    /** For each mode, the cost of a frame of 1,280 × 720, and the width at which the mode draws. */
    modes,
    /** For each look mode, how far a large screen is behind a small one, without and with extra load. */
    lags,
    /** The figures over their limits, in words. */
    missed,
  };
  console.log(JSON.stringify(figures));
} finally {
  await browser.close();
  await server.close();
}

async function newPage(browser: Browser, width: number, height: number, loadMs = 0): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height } });
  await context.addInitScript(watchFrames, { ...FILM, loadMs });
  return context.newPage();
}

/**
 * Opens a screen that shows the whole look, whatever its place is: two of them paint the same picture.
 * @param loadMs see {@link LOAD_MS}; from the page's start on, so that it also affects the page's clock
 */
async function openScreen(code: string, width: number, height: number, loadMs = 0): Promise<Page> {
  const screen = await newPage(browser, width, height, loadMs);
  await screen.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => {
      // Encoded frames are binary.
      if (typeof text !== "string") {
        socket.send(text);
        return;
      }
      const message = JSON.parse(text);
      if (message.type === "place") Object.assign(message.screen, message.extent);
      socket.send(JSON.stringify(message));
    });
  });
  await screen.goto(`${server.url}/w/${code}?palette=ocean`);
  await becomes(screen, "live", 20_000);
  return screen;
}

interface Lag {
  /** How much later the measured screen paints the same picture; negative if it is earlier. */
  lagMs: number;
  /** Frames a second of the measured screen. */
  fps: number;
  /** Frames a second of the screen that it is compared with. */
  byFps: number;
}

/** Measures how far `screen` is behind `by`. */
async function lagOf(by: Page, screen: Page): Promise<Lag> {
  await delay(SETTLE_MS);
  const [early, late] = (await Promise.all([film(by), film(screen)])) as [Thumbnail[], Thumbnail[]];
  const fps = ({ length }: Thumbnail[]) => Math.round((1_000 * length) / FILM_MS);
  return { lagMs: lagBetween(early, late, SWELL_INTERVAL_MS), fps: fps(late), byFps: fps(early) };
}

async function film(page: Page): Promise<Thumbnail[]> {
  const set = (filming: boolean) =>
    page.evaluate((filming) => {
      (globalThis as unknown as { watched: Watched }).watched.filming = filming;
    }, filming);
  await set(true);
  await delay(FILM_MS);
  await set(false);
  return page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched.film.splice(0));
}
