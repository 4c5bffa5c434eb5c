import type { Browser, Page } from "playwright-core";
import { BadLink } from "../../support/bad-link.ts";
import { readPageClock } from "../../support/common-clock.ts";
import { eventually, read } from "../../support/pages.ts";
import type { ServerProcess } from "../../support/server-process.ts";
import type { Reading } from "../../support/time-song.ts";
import { watchScreen } from "../../support/watch-pages.ts";
import { newPage, readingsOf as readPage } from "../wall/screens.ts";

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
  const page = await newPage(browser, { bypassCSP: true });
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

/** The levels that a screen has painted, with their times by the common clock, ms. */
export async function readingsOf({ page }: Screen): Promise<Reading[]> {
  return readPage(page, (await readPageClock(page)).offset);
}
