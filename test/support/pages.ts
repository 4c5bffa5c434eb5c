import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Browser, CDPSession, Page } from "playwright-core";
import { PALETTES } from "../../client/light/colour.ts";

/** 60 Hz, 1 kHz and 8 kHz in turn, three seconds each; made by scripts/tones.ts. */
export const TONES = fileURLToPath(new URL("../fixtures/tones.mp3", import.meta.url));

/** A screen is lit from here on, and dark up to here. */
export const LIT = 0.6;
export const DARK = 0.05;

/** Of all palettes the one that tells most levels apart by what is painted. */
export const PALETTE = "neon";

/** JavaScript that reads the painted pixel as CSS. */
export const PIXEL = `(() => {
  const [r, g, b] = document.getElementById("light").getContext("2d").getImageData(0, 0, 1, 1).data;
  return "rgb(" + r + " " + g + " " + b + ")";
})()`;

/**
 * The level that a painted colour shows; of several with this colour, the highest. On its way between two
 * levels the flash guard mixes colours that are not of the palette: they count as the nearest that is.
 */
export function levelOfColour(colour: string): number {
  const painted = colour.match(/\d+/g)!.map(Number);
  const { colours } = PALETTES[PALETTE];
  const away = colours.map((rgb) => Math.hypot(...rgb.map((channel, n) => channel - painted[n]!)));
  return away.lastIndexOf(Math.min(...away)) / (colours.length - 1);
}

const sessions = new WeakMap<Page, Promise<CDPSession>>();

/**
 * What an expression in a page comes to. Unlike Playwright's `evaluate` it is no user's gesture to the page.
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

/** The level that a screen shows now, by its painted pixel. */
export async function levelOf(screen: Page): Promise<number> {
  return levelOfColour(await read(screen, PIXEL));
}

/** Waits for a screen to be lit, ms at most. */
export async function becomesLit(screen: Page, timeout = 10_000): Promise<void> {
  await eventually(
    () => levelOf(screen),
    (level) => level >= LIT,
    `a level of ${LIT}`,
    timeout,
  );
}

/** Waits for a screen to be dark, which it is some frames after its words; ms at most. */
export async function becomesDark(screen: Page, timeout = 1_000): Promise<void> {
  await eventually(
    () => levelOf(screen),
    (level) => level <= DARK,
    "darkness",
    timeout,
  );
}

/**
 * Waits for a page's state, which it tells in `data-state`, ms at most; it may load itself anew meanwhile.
 */
export async function becomes(page: Page, state: string, timeout = 10_000): Promise<void> {
  const now = () =>
    read<string>(page, "document.documentElement.dataset.state").catch((error: Error) => {
      if (error.message.includes("Inspected target navigated")) return "loading";
      throw error;
    });
  await eventually(now, (is) => is === state, `state ${state}`, timeout);
}

/** Reads again and again until it is as it should be; for tests and benches alike. */
export async function eventually<Value>(
  look: () => Promise<Value>,
  isRight: (value: Value) => boolean,
  wanted: string,
  timeout: number,
): Promise<void> {
  const end = performance.now() + timeout;
  for (;;) {
    const value = await look();
    if (isRight(value)) return;
    if (performance.now() > end) throw new Error(`no ${wanted} in ${timeout} ms; it is ${value}`);
    await delay(30);
  }
}

/** A page in a browser profile of its own, as on a device of its own. */
export async function newDevice(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 900, height: 700 } });
  return context.newPage();
}

export interface Wall {
  host: Page;
  code: string;
}

/**
 * Starts a wall from the start page by its button. Sounds count as they are, so that a song's known loudness
 * makes a known colour.
 */
export async function startWall(host: Page, url: string): Promise<Wall> {
  await host.goto(url);
  await host.getByTestId("start-wall").click();
  await host.waitForURL(/\/host\//);
  await becomes(host, "ready");
  // On a small screen these are out of sight.
  await host.getByTestId("weighting").selectOption("none", { force: true });
  await host.getByTestId("gain-auto").dispatchEvent("click");
  return { host, code: (await host.getByTestId("code").innerText()).trim() };
}

/** Plays the tones, over and over, as loud as they are. */
export async function playTones(host: Page): Promise<void> {
  await host.getByTestId("file").setInputFiles(TONES);
  await host.getByTestId("loop").click();
  await host.getByTestId("volume").fill("1");
}

export async function goLive(host: Page): Promise<void> {
  await host.getByTestId("go-live").click();
  await becomes(host, "live");
}

/** Takes away the limit on flashes, as a host does who has read the warning. */
export async function turnSafetyOff(host: Page): Promise<void> {
  await host.getByTestId("safety-off").click();
  await host.getByTestId("safety-off-confirm").click();
  await host.locator('[data-testid="safety-off"][aria-pressed="true"]').waitFor();
}

/** A wall whose host plays the tones, live. */
export async function startLiveWall(browser: Browser, url: string): Promise<Wall> {
  const wall = await startWall(await newDevice(browser), url);
  await playTones(wall.host);
  await goLive(wall.host);
  return wall;
}

/** Opens a screen of the wall and taps it. */
export async function openScreen(browser: Browser, url: string, code: string, band = "all"): Promise<Page> {
  const screen = await newDevice(browser);
  await screen.goto(`${url}/w/${code}?band=${band}&palette=${PALETTE}`);
  await screen.locator("#tap").click();
  return screen;
}

/**
 * Opens so many screens, one after the other so that they take places in this order; small, to have many at
 * full rate.
 */
export async function openScreens(
  browser: Browser,
  url: string,
  code: string,
  count: number,
): Promise<Page[]> {
  const screens: Page[] = [];
  for (let n = 0; n < count; n++) {
    const screen = await openScreen(browser, url, code);
    await screen.setViewportSize({ width: 320, height: 240 });
    screens.push(screen);
  }
  return screens;
}

/** Every tile's place and words, as the console shows them. */
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

/** What is the matter, in the words that a screen shows. */
export function words(screen: Page): Promise<string> {
  return read(screen, "document.getElementById('words').innerText");
}
