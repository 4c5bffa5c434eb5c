import type { Browser, Page } from "playwright-core";
import { BadLink } from "../../support/bad-link.ts";
import { eventually, read } from "../../support/pages.ts";
import type { ServerProcess } from "../../support/server-process.ts";
import { levelOfGrey, type Reading } from "../../support/time-song.ts";
import { type PageLog, watchScreen } from "../../support/watch-pages.ts";

/** A network that neither delays nor loses anything. */
const PERFECT = { delay: 0, jitter: 0, loss: 0 };
const FIRST_LIGHT_TIMEOUT_MS = 20_000;

/** A screen that paints greys, with a network of its own. */
export interface Screen {
  readonly page: Page;
  readonly link: BadLink;
}

/** Opens a screen. With `isShut`, nothing answers at the address that the server names for its media. */
export async function openScreen(
  browser: Browser,
  server: ServerProcess,
  code: string,
  isShut: boolean,
): Promise<Screen> {
  const link = await BadLink.open(PERFECT, server);
  link.relay.cut = isShut;
  const context = await browser.newContext({ viewport: { width: 240, height: 160 }, bypassCSP: true });
  const page = await context.newPage();
  await page.addInitScript(watchScreen, { url: link.url, buffer: 0 });
  await page.goto(`${server.url}/w/${code}?palette=mono&band=all`);
  return { page, link };
}

export async function closeScreen({ page, link }: Screen): Promise<void> {
  await page.context().close();
  link.close();
}

/** Waits for a screen's first light. Resolves to the time from the start of its script until then, ms. */
export async function firstLightMs({ page }: Screen): Promise<number> {
  const mark = (name: string) => `performance.getEntriesByName("${name}")[0]?.startTime`;
  const lit = () => read<number | undefined>(page, mark("lightwall:first-light"));
  await eventually(lit, (at) => at !== undefined, "first light", FIRST_LIGHT_TIMEOUT_MS);
  return (await lit())! - (await read<number>(page, mark("lightwall:start")));
}

/** Whether a screen says that its frames come over the WebSocket. */
export function isOverSocket({ page }: Screen): Promise<boolean> {
  return page.evaluate(`!document.getElementById("over-socket").hidden`);
}

/** The levels that a screen has painted, with their times by the monotonic clock of the machine, ms. */
export async function readingsOf({ page }: Screen): Promise<Reading[]> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  // Chromium reports the time at which the page's own clock began.
  const start = metrics.find(({ name }) => name === "NavigationStart")!.value * 1_000;
  // As text, because Playwright takes seconds to transfer this many values one by one.
  const { frames }: PageLog = JSON.parse(await page.evaluate("JSON.stringify(log)"));
  return frames.map(([at, grey]) => ({ at: at + start, level: levelOfGrey(grey) }));
}
