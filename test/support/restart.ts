import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { LeanListener } from "./lean-listener.ts";
import { becomes, eventually, newDevice, picture, read, startLiveWall } from "./pages.ts";
import type { ServerProcess } from "./server-process.ts";

/** Screens in Chromium: few, so that they do not use all the time of a small machine. */
const SCREENS = 3;
/** Listeners without a browser. */
const OTHERS = 47;
/** Wide enough for the console to show its details beside the wall. */
const ROOMY = { width: 1_280, height: 1_000 };
/** Longer than a loaded machine takes for any step. */
const TIMEOUT_MS = 30_000;
/** How long a change of the arrangement takes to be on disk. */
const WRITE_MS = 1_500;
/** How long pages wait before they try to reconnect, first and at most. */
const RETRY = { firstMs: 250, longestMs: 1_000 };

/** A live wall before and after its server was killed with `kill -9` and started again. */
export interface Restart {
  /** Listeners of the wall. */
  listeners: number;
  /** Time from the start of the new process until the last listener is lit or receives media. */
  lightMs: number;
  /** Time until the new process takes connections. */
  startMs: number;
  /** Time until the host is live again. */
  hostMs: number;
  /** Places and names of all screens, as the console shows them before the kill. */
  before: string[];
  /** The same after the restart. */
  after: string[];
  /** Screens that the console shows as present after the restart. */
  present: number;
  /** Whether a blackout by the host made all screens dark after the restart. */
  obeyed: boolean;
}

/**
 * Kills the server of a live wall that its host has arranged, starts it again, and waits for all listeners.
 */
export async function restart(server: ServerProcess, browser: Browser): Promise<Restart> {
  const { host, code } = await startLiveWall(browser, server.url);
  await host.setViewportSize(ROOMY);
  const page = await openFrames(browser, server.url, code);
  const others = await Promise.all(
    Array.from({ length: OTHERS }, () => LeanListener.join(server.port, code)),
  );
  await arrange(host);
  await delay(WRITE_MS);
  const before = await picture(host);

  await server.stop("SIGKILL");
  const returning = Promise.all(others.map(({ screen }) => comeBack(server, code, screen.id)));
  for (const other of others) other.close();
  await frames(page, "reconnecting", false);
  const started = performance.now();
  const since = () => Math.round(performance.now() - started);
  await server.start();
  const startMs = since();
  const [joined, hostMs] = await Promise.all([
    returning,
    becomes(host, "live", TIMEOUT_MS).then(since),
    frames(page, "live", true),
  ]);
  const lightMs = since();
  const after = await picture(host);
  const tiles = host.locator('.screen[data-present="true"]');
  // The server sends the host changes of screens at most five times a second.
  await eventually(
    () => tiles.count(),
    (count) => count === SCREENS + OTHERS,
    "tile for each screen that is back",
    TIMEOUT_MS,
  );
  const present = await tiles.count();

  await host.keyboard.press("b");
  const obeyed = await frames(page, "live", false).then(
    () => true,
    () => false,
  );
  for (const other of joined) other.close();
  await Promise.all([host.context().close(), page.context().close()]);
  return { listeners: SCREENS + OTHERS, lightMs, startMs, hostMs, before, after, present, obeyed };
}

/** Opens one page with many frames, each of which is a screen: cheaper than one page for each. */
async function openFrames(browser: Browser, url: string, code: string): Promise<Page> {
  const page = await newDevice(browser);
  await page.goto(`${url}/nothing`);
  await read(
    page,
    `document.body.replaceChildren(...Array.from({ length: ${SCREENS} }, (_, n) => {
      const frame = document.createElement("iframe");
      frame.width = frame.height = 40;
      frame.src = "/w/${code}?band=all&palette=neon&n=" + n;
      return frame;
    }))`,
  );
  await frames(page, "live", true);
  return page;
}

/** Waits until the screens in all frames have a state, and are lit or dark by their painted pixel. */
async function frames(page: Page, state: string, isLit: boolean): Promise<void> {
  const count = `Array.from({ length: frames.length }, (_, n) => frames[n]).filter((frame) => {
    const { data } = frame.document.getElementById("light").getContext("2d").getImageData(0, 0, 1, 1);
    const isLit = data[0] + data[1] + data[2] > 100;
    return frame.document.documentElement.dataset.state === "${state}" && isLit === ${isLit};
  }).length`;
  const wanted = `${SCREENS} frames ${state} and ${isLit ? "lit" : "dark"}`;
  await eventually(
    () => read<number>(page, count),
    (frames) => frames === SCREENS,
    wanted,
    TIMEOUT_MS,
  );
}

/** Names one screen and moves another, as the host. */
async function arrange(host: Page): Promise<void> {
  const all = host.locator(".screen");
  await eventually(
    () => all.count(),
    (count) => count === SCREENS + OTHERS,
    "tile for each screen",
    TIMEOUT_MS,
  );
  await all.nth(4).click();
  await host.getByTestId("name").fill("Over the bar");
  await host.getByTestId("name").press("Enter");
  await all.nth(SCREENS + OTHERS - 1).press("ArrowDown");
}

/** Reconnects as pages do. Resolves when media arrives. */
async function comeBack(server: ServerProcess, code: string, screen: string): Promise<LeanListener> {
  for (let failures = 0; ; failures++) {
    await delay(Math.min(RETRY.firstMs * 2 ** failures, RETRY.longestMs) * (0.75 + Math.random() / 2));
    try {
      const listener = await LeanListener.join(server.port, code, { screen, waits: true });
      while (listener.packets === 0) await delay(10);
      return listener;
    } catch {
      // The server does not take connections yet.
    }
  }
}
