import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Browser, CDPSession, Page } from "playwright-core";
import { PALETTES } from "../../client/light/colour.ts";

/** Tones of 60 Hz, 1 kHz and 8 kHz, three seconds each, one after the other; made by scripts/tones.ts. */
export const TONES = fileURLToPath(new URL("../fixtures/tones.mp3", import.meta.url));

/** The level from which on a screen counts as lit. */
export const LIT = 0.6;
/** The level up to which a screen counts as dark. */
export const DARK = 0.05;

/** The palette with the most distinct colours, from which a level can be read best. */
export const PALETTE = "neon";

/** JavaScript that evaluates to the painted colour of a screen in CSS notation. */
export const PIXEL = `(() => {
  const [r, g, b] = document.getElementById("light").getContext("2d").getImageData(0, 0, 1, 1).data;
  return "rgb(" + r + " " + g + " " + b + ")";
})()`;

/**
 * The level that a painted colour shows: the highest one with this colour. Between two levels the flash guard
 * may paint colours that the palette lacks: these count as the nearest colour of the palette.
 */
export function levelOfColour(colour: string): number {
  const painted = colour.match(/\d+/g)!.map(Number);
  const { colours } = PALETTES[PALETTE];
  const away = colours.map((rgb) => Math.hypot(...rgb.map((channel, n) => channel - painted[n]!)));
  return away.lastIndexOf(Math.min(...away)) / (colours.length - 1);
}

const sessions = new WeakMap<Page, Promise<CDPSession>>();

/**
 * Evaluates an expression in a page. Unlike Playwright's `evaluate`, this is not a user gesture for the page.
 */
export async function read<Value>(page: Page, expression: string): Promise<Value> {
  let session = sessions.get(page);
  if (!session) {
    session = page.context().newCDPSession(page);
    sessions.set(page, session);
  }
  const { result } = await (await session).send("Runtime.evaluate", { expression, returnByValue: true });
  return result.value;
}

/** The level that a screen shows now, read from its painted pixel. */
export async function levelOf(screen: Page): Promise<number> {
  return levelOfColour(await read(screen, PIXEL));
}

/** Waits until a screen is lit. */
export async function becomesLit(screen: Page, timeoutMs = 10_000): Promise<void> {
  await eventually(
    () => levelOf(screen),
    (level) => level >= LIT,
    `a level of ${LIT}`,
    timeoutMs,
  );
}

/** Waits until a screen gets its media over UDP. It may be lit before, by the frames of its WebSocket. */
export async function becomesConnected(screen: Page, timeoutMs = 10_000): Promise<void> {
  const state = () => read<string>(screen, "document.documentElement.dataset.peer");
  await eventually(state, (is) => is === "connected", "media over UDP", timeoutMs);
}

/** Waits until a screen is dark, which is some frames after its text has changed. */
export async function becomesDark(screen: Page, timeoutMs = 10_000): Promise<void> {
  await eventually(
    () => levelOf(screen),
    (level) => level <= DARK,
    "darkness",
    timeoutMs,
  );
}

/** Waits until a page has a state, which it shows in `data-state`. The page may reload itself meanwhile. */
export async function becomes(page: Page, state: string, timeoutMs = 10_000): Promise<void> {
  const now = () =>
    read<string>(page, "document.documentElement.dataset.state").catch((error: Error) => {
      if (error.message.includes("Inspected target navigated")) return "loading";
      throw error;
    });
  await eventually(now, (is) => is === state, `state ${state}`, timeoutMs);
}

/** Reads a value again and again until it is right; for tests and benches. */
export async function eventually<Value>(
  read: () => Promise<Value>,
  isRight: (value: Value) => boolean,
  wanted: string,
  timeoutMs: number,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (isRight(value)) return;
    if (performance.now() > end) throw new Error(`no ${wanted} in ${timeoutMs} ms; it is ${value}`);
    await delay(30);
  }
}

/** Opens a page in a browser profile of its own, as on a device of its own. */
export async function newDevice(browser: Browser, viewport = { width: 1_000, height: 700 }): Promise<Page> {
  const context = await browser.newContext({ viewport });
  return context.newPage();
}

/** Makes a page believe that its browser has no WebGL, from its next load on. */
export async function takeWebGl(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const get = HTMLCanvasElement.prototype.getContext as (...args: unknown[]) => unknown;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: unknown[]) {
      return args[0] === "webgl2" ? null : get.apply(this, args);
    } as typeof HTMLCanvasElement.prototype.getContext;
  });
}

export interface Wall {
  host: Page;
  code: string;
}

/**
 * Starts a wall by the button of the start page. Lets screens choose their bands and turns off weighting, the
 * light map and what makes songs equally loud, so that a song of known loudness gives a known colour.
 */
export async function startWall(host: Page, url: string): Promise<Wall> {
  await host.goto(url);
  await host.getByTestId("start-wall").click();
  await host.waitForURL(/\/host\//);
  // On a busy machine the page's scripts take long to load at their first time.
  await becomes(host, "ready", 30_000);
  // These controls are in a panel that is not open.
  await host.getByTestId("bands").selectOption("own", { force: true });
  await host.getByTestId("gain-auto").dispatchEvent("click");
  await host.getByTestId("even-loudness").dispatchEvent("click");
  await host.getByTestId("weighting").selectOption("none", { force: true });
  return { host, code: (await host.getByTestId("code").innerText()).trim() };
}

/** Opens one of the console's panels. */
export async function openPanel(host: Page, name: "songs" | "scenes" | "light" | "room"): Promise<void> {
  await host.getByTestId(`tab-${name}`).click();
}

/** Adds a song to the queue and plays it, whatever is played before. */
export async function playSong(host: Page, file: Parameters<Page["setInputFiles"]>[1]): Promise<void> {
  const songs = host.getByTestId("queued");
  const before = await songs.count();
  await host.getByTestId("file").setInputFiles(file);
  await songs.nth(before).waitFor({ state: "attached" });
  // Its button is in a panel that may not be open.
  if (before > 0) await songs.nth(before).locator(".cover").dispatchEvent("click");
}

/** Plays the tones in a loop. */
export async function playTones(host: Page): Promise<void> {
  await host.getByTestId("file").setInputFiles(TONES);
  await host.getByTestId("loop").click();
}

/** Goes live, unless the wall does so by itself because a screen is there. */
export async function goLive(host: Page): Promise<void> {
  await host.evaluate('document.querySelector("[data-testid=go-live]")?.click()');
  await becomes(host, "live");
}

/** Turns off the flash guard, as a host who has read the warning. */
export async function turnSafetyOff(host: Page): Promise<void> {
  await openPanel(host, "room");
  await host.getByTestId("safety-off").click();
  await host.getByTestId("safety-off-confirm").click();
  await host.locator('[data-testid="safety-off"][aria-pressed="true"]').waitFor();
}

/** Starts a wall whose host broadcasts the tones. */
export async function startLiveWall(browser: Browser, url: string): Promise<Wall> {
  const wall = await startWall(await newDevice(browser), url);
  await playTones(wall.host);
  await goLive(wall.host);
  return wall;
}

/** Starts a wall whose host broadcasts the demo song, again and again. */
export async function startDemoWall(browser: Browser, url: string): Promise<Wall> {
  const wall = await startWall(await newDevice(browser), url);
  await wall.host.getByTestId("demo").click();
  await wall.host.getByTestId("loop").click();
  await goLive(wall.host);
  return wall;
}

/** Opens a screen of a wall. */
export async function openScreen(
  browser: Browser,
  url: string,
  code: string,
  band = "all",
  viewport?: { width: number; height: number },
): Promise<Page> {
  const screen = await newDevice(browser, viewport);
  await screen.goto(`${url}/w/${code}?band=${band}&palette=${PALETTE}`);
  return screen;
}

/** The size of screens that are small, so that the machine can paint many at their full rate. */
export const SMALL = { width: 320, height: 240 };

/** Opens `count` small screens one after the other, so that they take places in this order. */
export async function openScreens(
  browser: Browser,
  url: string,
  code: string,
  count: number,
): Promise<Page[]> {
  const screens: Page[] = [];
  for (let n = 0; n < count; n++) {
    screens.push(await openScreen(browser, url, code, "all", SMALL));
  }
  return screens;
}

/** Text and place of each tile of the console. */
export function picture(host: Page): Promise<string[]> {
  return host.locator(".screen").evaluateAll((tiles) =>
    tiles
      .map((tile) => {
        const { x, y } = (tile as HTMLElement).dataset;
        return `${tile.querySelector(".label")?.textContent?.trim()} at ${x},${y}`;
      })
      .sort(),
  );
}

/** The text that a screen shows instead of light. It comes a little later than the state that it tells. */
export function words(screen: Page): Promise<string> {
  return read(screen, "document.getElementById('words').innerText");
}
