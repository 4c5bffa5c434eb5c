import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { MODES } from "../../server/protocol/wall.ts";
import { launchChromium } from "../support/chromium.ts";
import { LeanListener } from "../support/lean-listener.ts";
import { goLive, newDevice, startWall } from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";
import { type Cost, costOf } from "./frame/figures.ts";
import { traceFrames } from "./frame/trace.ts";

/**
 * `npm run bench:console`: the cost of an animation frame of the console with 60 screens in Chromium, which
 * draws WebGL on the CPU here: its tiles in each mode, with and without WebGL, and its preview. The last line
 * is JSON. Fails if a figure is over its limit.
 */

/** How long a mode is shown before it is measured: it has come and found its resolution by then. */
const SETTLE_MS = 5_000;
/** Script of a frame of the tiles, CPU time at the 95th percentile. */
const TILES_MAX_MS = 4;
/** The same of the preview. */
const PREVIEW_MAX_MS = 8;
const VIEWPORT = { width: 1_280, height: 800 };

const { values } = parseArgs({
  options: { screens: { type: "string", default: "60" }, seconds: { type: "string", default: "6" } },
});
const screens = Number(values.screens);
const measuredMs = 1_000 * Number(values.seconds);

const log = (text: string) => process.stderr.write(`${text}\n`);

const server = await ServerProcess.start();
const browser = await launchChromium({ kiosk: true });
const crowd: LeanListener[] = [];
try {
  const host = await newDevice(browser, VIEWPORT);
  const { code } = await startWall(host, server.url);
  await play(host);
  for (let n = 0; n < screens; n++) crowd.push(await LeanListener.join(server.port, code));
  await host.waitForFunction(
    (count) => document.querySelectorAll('.screen[data-present="true"]').length >= count,
    screens,
  );

  const tiles = await costsOf(host, "tiles");
  await loseWebgl(host);
  const plain = await costsOf(host, "plain");
  // Last, since the page is slow in it: without a GPU it paints few frames a second.
  await host.getByTestId("view-preview").click();
  const preview = await costsOf(host, "preview");

  const missed = [
    ...overLimit("tiles", tiles, TILES_MAX_MS),
    ...overLimit("preview", preview, PREVIEW_MAX_MS),
  ];
  if (missed.length > 0) process.exitCode = 1;
  const figures = {
    screens,
    /** For each mode, the cost of a frame of the tiles. */
    tiles,
    /** The same of the tiles without WebGL; no limit, since few consoles lack it. */
    plain,
    /** For each mode, the cost of a frame of the preview. */
    preview,
    /** The figures over their limits, in words. */
    missed,
  };
  console.log(JSON.stringify(figures));
} finally {
  for (const listener of crowd) listener.close();
  await browser.close();
  await server.close();
}

async function play(host: Page): Promise<void> {
  await host.getByTestId("gain-auto").dispatchEvent("click");
  await host.getByTestId("demo").click();
  await host.getByTestId("loop").click();
  await goLive(host);
}

/** The cost of a frame in each mode, in the view that the console has now. */
async function costsOf(host: Page, view: string): Promise<Record<string, Cost>> {
  const costs: Record<string, Cost> = {};
  for (const mode of MODES) {
    await host.getByTestId("look").selectOption(mode, { force: true });
    await delay(SETTLE_MS);
    const cost = costOf(await traceFrames(browser, host, measuredMs));
    costs[mode] = cost;
    log(`${view}, ${mode}: script ${cost.scriptP95Ms} ms, ${cost.fps} frames a second`);
  }
  return costs;
}

/** Lets the tiles lose their GPU: from then on they are drawn without it. */
async function loseWebgl(host: Page): Promise<void> {
  await host.locator(".look-layer .look:not([hidden])").waitFor();
  await host.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>(".look-layer .look")!;
    canvas.getContext("webgl2")!.getExtension("WEBGL_lose_context")!.loseContext();
  });
}

function overLimit(view: string, costs: Record<string, Cost>, most: number): string[] {
  return Object.entries(costs)
    .filter(([, { scriptP95Ms }]) => scriptP95Ms > most)
    .map(([mode, { scriptP95Ms }]) => `${view}, ${mode}: ${scriptP95Ms} ms`);
}
