import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { readPageClock } from "../../support/common-clock.ts";
import { becomes } from "../../support/pages.ts";
import { levelOfGrey, type Reading } from "../../support/time-song.ts";
import { type PageLog, watchScreen } from "../../support/watch-pages.ts";
import type { Blocker } from "./burden.ts";
import { type FarLink, type Links, SCREENS } from "./links.ts";

/** How much slower a burdened page's scripts run, by screen. */
const SLOWED = [4, 4, 4, 4, 4, 10];
const LIVE_TIMEOUT_MS = 60_000;

export interface Screen {
  readonly page: Page;
  readonly link: FarLink;
  /** The common clock minus the page's `performance.now()`, ms. */
  readonly offset: number;
}

export interface ScreensOptions {
  readonly browser: Browser;
  readonly links: Links;
  /** The servers to which the screens are connected in turn. */
  readonly servers: readonly { port: number; udpPort: number }[];
  /** Address of the wall. */
  readonly url: string;
  /** Slows the pages down, in the burdened condition. */
  readonly blocker: Blocker | undefined;
}

/** Opens a small page in a context of its own. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 240, height: 160 }, ...options });
  return context.newPage();
}

/** The screens of a wall, each behind a link of its own. */
export class Screens {
  readonly #options: ScreensOptions;
  #opened = 0;
  /** Greatest uncertainty of a page's clock, ms. */
  clockUncertaintyMs = 0;

  constructor(options: ScreensOptions) {
    this.#options = options;
  }

  /** Loads all pages, and waits until all show light. */
  async open(wanted = SCREENS, clockless = false): Promise<Screen[]> {
    const { browser, links, servers, url, blocker } = this.#options;
    const screens: Screen[] = [];
    for (const { buffer, ...quality } of wanted) {
      const server = servers[this.#opened++ % servers.length]!;
      const link = await links.open(quality, server, clockless);
      // The link is of another origin than the page.
      const page = await newPage(browser, { bypassCSP: true });
      await page.addInitScript(watchScreen, { url: link.url, buffer });
      await blocker?.slowDown(page, SLOWED[screens.length] ?? 4);
      await page.goto(`${url}?palette=mono&band=all`);
      const { offset, uncertainty } = await readPageClock(page);
      this.clockUncertaintyMs = Math.max(this.clockUncertaintyMs, uncertainty);
      screens.push({ page, link, offset });
    }
    for (const { page } of screens) await becomes(page, "live", LIVE_TIMEOUT_MS);
    return screens;
  }
}

export async function closeScreens(screens: readonly Screen[]): Promise<void> {
  for (const { page } of screens) await page.context().close();
}

/** The levels that a page has painted, with their times by the common clock. */
export async function readingsOf(page: Page, offset: number): Promise<Reading[]> {
  // As text, because Playwright takes seconds to transfer this many values one by one.
  const { frames }: PageLog = JSON.parse(await page.evaluate("JSON.stringify(log)"));
  return frames.map(([at, grey]) => ({ at: at + offset, level: levelOfGrey(grey) }));
}

/** The readings of all screens. */
export function logsOf(screens: readonly Screen[]): Promise<Reading[][]> {
  return Promise.all(screens.map(({ page, offset }) => readingsOf(page, offset)));
}
