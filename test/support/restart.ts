import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { LeanListener } from "./lean-listener.ts";
import { becomes, eventually, newDevice, picture, read, startLiveWall } from "./pages.ts";
import type { ServerProcess } from "./server-process.ts";

/** Screens in a real browser, as few as leave a small machine its time, and listeners without one. */
const SCREENS = 3;
const OTHERS = 47;
/** Wide enough for the console's details to stand beside the wall. */
const ROOMY = { width: 1_280, height: 1_000 };
/** Longer than a loaded machine takes, ms. */
const PATIENCE = 30_000;
/** Until a change of the arrangement is on disk, ms. */
const WRITTEN = 1_500;
/** How pages wait before they look for the server again, ms. */
const RETRY = { first: 250, longest: 1_000 };

/** What became of a live wall whose server was killed with `kill -9` and started again. */
export interface Restart {
  listeners: number;
  /** From the start of the new process to the light of the last listener, ms. */
  lightMs: number;
  /** How much of it had gone when the new process took connections, and when the host was live again, ms. */
  startMs: number;
  hostMs: number;
  /** All screens' places and names as the console shows them. */
  before: string[];
  after: string[];
  /** Screens that are in their places again. */
  present: number;
  /** Whether a blackout by the host darkened every screen. */
  obeyed: boolean;
}

/** Kills the server of a live wall that its host has arranged, starts it again, and waits for everyone. */
export async function restart(server: ServerProcess, browser: Browser): Promise<Restart> {
  const { host, code } = await startLiveWall(browser, server.url);
  await host.setViewportSize(ROOMY);
  const page = await openFrames(browser, server.url, code);
  const others = await Promise.all(
    Array.from({ length: OTHERS }, () => LeanListener.join(server.port, code)),
  );
  await arrange(host);
  await delay(WRITTEN);
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
    becomes(host, "live", PATIENCE).then(since),
    frames(page, "live", true),
  ]);
  const lightMs = since();
  const after = await picture(host);
  const tiles = host.locator('.screen[data-present="true"]');
  // The host hears of screens that come at most five times a second.
  await eventually(
    () => tiles.count(),
    (count) => count === SCREENS + OTHERS,
    "tile for each screen that is back",
    PATIENCE,
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

/** One page with many frames: each is a whole screen, and together they fit into one machine. */
async function openFrames(browser: Browser, url: string, code: string): Promise<Page> {
  const page = await newDevice(browser);
  await page.goto(`${url}/nothing`);
  await read(
    page,
    `document.body.replaceChildren(...Array.from({ length: ${SCREENS} }, (_, n) => {
      const frame = document.createElement("iframe");
      frame.width = frame.height = 40;
      frame.src = "/w/${code}?band=all&palette=neon&autostart&n=" + n;
      return frame;
    }))`,
  );
  await frames(page, "live", true);
  return page;
}

/** Waits until all frames are screens in this state, and lit (or dark) by their painted pixel. */
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
    PATIENCE,
  );
}

/** The host gives one screen a name and another place. */
async function arrange(host: Page): Promise<void> {
  const all = host.locator(".screen");
  await eventually(
    () => all.count(),
    (count) => count === SCREENS + OTHERS,
    "tile for each screen",
    PATIENCE,
  );
  await all.nth(4).click();
  await host.getByTestId("name").fill("Over the bar");
  await host.getByTestId("name").press("Enter");
  await all.nth(SCREENS + OTHERS - 1).press("ArrowDown");
}

/** Comes back as pages do; resolves with media. */
async function comeBack(server: ServerProcess, code: string, screen: string): Promise<LeanListener> {
  for (let failures = 0; ; failures++) {
    await delay(Math.min(RETRY.first * 2 ** failures, RETRY.longest) * (0.75 + Math.random() / 2));
    try {
      const listener = await LeanListener.join(server.port, code, { screen, waits: true });
      while (listener.packets === 0) await delay(10);
      return listener;
    } catch {
      // Not there yet.
    }
  }
}
