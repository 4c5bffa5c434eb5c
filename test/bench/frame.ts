import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { MODES, type SceneMode } from "../../server/protocol/wall.ts";
import { launchChromium } from "../support/chromium.ts";
import { LeanListener } from "../support/lean-listener.ts";
import { becomes, goLive, startWall, turnSafetyOff } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";
import { SWELL_INTERVAL, swells } from "../support/songs.ts";
import { type Cost, costOf, lagBetween } from "./frame/figures.ts";
import { type Thumbnail, type Watched, watchFrames } from "./frame/in-page.ts";
import { traceFrames } from "./frame/trace.ts";

/**
 * What a frame costs, in real Chromium, which here draws WebGL on the CPU: each look of a screen; how far a
 * large screen is behind a small one, by itself and with a burden; the console with 60 screens. Prints one
 * line of JSON; fails where a limit is missed.
 */

const SETTLE_MS = 6_000;
const MEASURE_MS = 6_000;
const FILM = { width: 32, height: 18 };
/** Screens that paint five pictures a second show a hundred in this time. */
const FILM_MS = 20_000;
/** What a screen then has to do beside its own work in each frame, ms. */
const BURDEN_MS = 60;
const LISTENERS = 60;

/**
 * Limits: script of a solid frame and of the console's, ms of the processor's time at the 95th percentile;
 * lag, ms.
 */
const LIMITS = { solidMs: 1, consoleMs: 8, lagMs: 20 };

const say = (text: string) => process.stderr.write(`${text}\n`);

const server = await ServerProcess.start();
const browser = await launchChromium({ kiosk: true });
try {
  const host = await newPage(browser, 1_280, 800);
  const { code } = await startWall(host, server.url);
  await host.getByTestId("demo").click();
  await host.getByTestId("loop").click();
  await host.getByTestId("volume").fill("1");
  await goLive(host);

  const modes: Record<string, Cost & { pixelsWide: number }> = {};
  for (const mode of MODES) {
    await host.getByTestId("look").selectOption(mode);
    const screen = await openScreen(code, 1_280, 720);
    await delay(SETTLE_MS);
    const cost = costOf(await traceFrames(browser, screen, MEASURE_MS));
    const width = await screen.evaluate(() => document.querySelector<HTMLCanvasElement>(".look")?.width ?? 1);
    modes[mode] = { ...cost, pixelsWide: width };
    say(`${mode}: script ${cost.scriptP95Ms} ms, ${cost.fps} frames a second, ${width} pixels wide`);
    await screen.context().close();
  }

  // The guard moves changes to its phases, which are no clock to measure by.
  await turnSafetyOff(host);
  await host.getByTestId("pattern").selectOption("unison");
  await host.getByTestId("file").setInputFiles(swells(180));
  const lags: Record<string, { calm: Lag; burdened: Lag }> = {};
  for (const mode of MODES.filter((mode): mode is SceneMode => mode !== "solid")) {
    await host.getByTestId("look").selectOption(mode);
    const small = await openScreen(code, 240, 135);
    const lagWith = async (burden: number): Promise<Lag> => {
      const large = await openScreen(code, 1_280, 720, burden);
      const lag = await lagOf(small, large);
      await large.context().close();
      return lag;
    };
    lags[mode] = { calm: await lagWith(0), burdened: await lagWith(BURDEN_MS) };
    say(`${mode}: ${JSON.stringify(lags[mode])}`);
    await small.context().close();
  }

  await host.getByTestId("look").selectOption("solid");
  const crowd: LeanListener[] = [];
  for (let n = 0; n < LISTENERS; n++) crowd.push(await LeanListener.join(server.port, code));
  await host.waitForFunction(
    (count) => document.querySelectorAll('.screen[data-present="true"]').length >= count,
    LISTENERS,
  );
  await delay(3_000);
  const tiles = costOf(await traceFrames(browser, host, MEASURE_MS));
  say(`console, ${LISTENERS} tiles: script ${tiles.scriptP95Ms} ms, ${tiles.fps} frames a second`);
  await host.getByTestId("view-preview").click();
  await delay(SETTLE_MS);
  const preview = costOf(await traceFrames(browser, host, MEASURE_MS));
  say(`console, preview of ${LISTENERS}: script ${preview.scriptP95Ms} ms, ${preview.fps} frames a second`);
  for (const listener of crowd) listener.close();

  const solid = modes.solid!;
  const missed = [
    ...(solid.scriptP95Ms > LIMITS.solidMs ? [`solid ${solid.scriptP95Ms} ms`] : []),
    ...Object.entries(lags).flatMap(([mode, { calm, burdened }]) =>
      [calm, burdened]
        .filter(({ lagMs }) => Math.abs(lagMs) > LIMITS.lagMs)
        .map(({ lagMs }) => `${mode} ${lagMs} ms behind`),
    ),
    ...(tiles.scriptP95Ms > LIMITS.consoleMs ? [`tiles ${tiles.scriptP95Ms} ms`] : []),
    ...(preview.scriptP95Ms > LIMITS.consoleMs ? [`preview ${preview.scriptP95Ms} ms`] : []),
  ];
  if (missed.length > 0) process.exitCode = 1;
  console.log(JSON.stringify({ modes, lags, console: { screens: LISTENERS, tiles, preview }, missed }));
} finally {
  await browser.close();
  await server.close();
}

async function newPage(browser: Browser, width: number, height: number, burden = 0): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height } });
  await context.addInitScript(watchFrames, { ...FILM, burden });
  return context.newPage();
}

/**
 * A screen that shows all of the scene, whatever place it has, so that two of them paint the same.
 *
 * @param burden see {@link BURDEN_MS}; from the page's start on, so that it also learns the time with it
 */
async function openScreen(code: string, width: number, height: number, burden = 0): Promise<Page> {
  const screen = await newPage(browser, width, height, burden);
  await screen.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => {
      const message = JSON.parse(String(text));
      if (message.type === "place") Object.assign(message.screen, message.extent);
      socket.send(JSON.stringify(message));
    });
  });
  await screen.goto(`${server.url}/w/${code}?palette=ocean&autostart`);
  await becomes(screen, "live", 20_000);
  return screen;
}

interface Lag {
  lagMs: number;
  /** Frames a second of the screen that is measured, and of the one it is measured by. */
  fps: number;
  byFps: number;
}

/** How far one screen is behind another. */
async function lagOf(by: Page, screen: Page): Promise<Lag> {
  await delay(SETTLE_MS);
  const [early, late] = (await Promise.all([film(by), film(screen)])) as [Thumbnail[], Thumbnail[]];
  const fps = ({ length }: Thumbnail[]) => Math.round((1_000 * length) / FILM_MS);
  return { lagMs: lagBetween(early, late, SWELL_INTERVAL), fps: fps(late), byFps: fps(early) };
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
