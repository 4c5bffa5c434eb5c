import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import {
  becomes,
  becomesConnected,
  becomesLit,
  eventually,
  goLive,
  newDevice,
  openScreen,
  playSong,
  read,
  startWall,
} from "../support/pages.ts";
import { ServerProcess } from "../support/server-process.ts";
import { tone } from "../support/songs.ts";

let server: ServerProcess;
let browser: Awaited<ReturnType<typeof launchChromium>>;
/** The host of a live wall, and the wall's code. */
let host: Page;
let code: string;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    ServerProcess.start(),
    launchChromium({ kiosk: true, keepsLeftPages: true }),
  ]);
  ({ host, code } = await startWall(await newDevice(browser), server.url));
  await playSong(host, tone(1_000, 300, -12));
  await goLive(host);
});

afterAll(async () => {
  await Promise.all([browser?.close(), server?.close()]);
  expect(server.errors).toEqual([]);
});

/** Goes from a page to another one and back, and waits until it is the page that was left, not a new one. */
async function leaveAndComeBack(page: Page): Promise<void> {
  await read(page, "globalThis.isLeftPage = true");
  await read(page, `location.href = "${server.url}/healthz"`);
  await eventually(
    () =>
      read<boolean>(page, "!globalThis.isLeftPage && document.readyState === 'complete'").catch(() => false),
    Boolean,
    "another page",
    10_000,
  );
  await read(page, "history.back()");
  await eventually(
    () => read<boolean>(page, "globalThis.isLeftPage === true").catch(() => false),
    Boolean,
    "the page as it was left",
    10_000,
  );
}

const tiles = () => host.locator(".screen").count();

test("a screen that comes back by Back is lit again, and is the same screen", async () => {
  const screen = await openScreen(browser, server.url, code);
  await becomesLit(screen, 20_000);
  await becomesConnected(screen, 20_000);
  await leaveAndComeBack(screen);
  await becomes(screen, "live");
  await becomesLit(screen);
  await becomesConnected(screen, 20_000);
  expect(await tiles()).toBe(1);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/^lightwall_listeners(?:\{[^}]*\})? 1$/m);
  await screen.context().close();
});

test("two screens in two tabs of one browser are two screens, also after a reload", async () => {
  const before = await tiles();
  const device = await browser.newContext({ viewport: { width: 400, height: 300 } });
  const tabs = [await device.newPage(), await device.newPage()] as const;
  for (const tab of tabs) {
    await tab.goto(`${server.url}/w/${code}?palette=neon&band=all`);
    await becomesLit(tab, 20_000);
  }
  await expect.poll(() => host.locator('.screen[data-present="true"]').count()).toBe(2);
  const total = await tiles();
  expect(total).toBeLessThanOrEqual(before + 2);
  await tabs[1].reload();
  for (const tab of tabs) await becomesLit(tab, 20_000);
  await expect.poll(() => host.locator('.screen[data-present="true"]').count()).toBe(2);
  expect(await tiles()).toBe(total);
  await device.close();
});

// Chromium does not keep it, and loads it again.
test("the console that comes back by Back hosts the wall, and meets no other host", async () => {
  const screen = await openScreen(browser, server.url, code);
  await becomesLit(screen, 20_000);
  await host.goto(`${server.url}/healthz`, { waitUntil: "load" });
  await host.goBack({ waitUntil: "commit" });
  await becomes(host, "ready", 20_000);
  await expect.poll(() => read<string>(host, "document.documentElement.dataset.song")).toBe("paused");
  await host.getByTestId("go-live").click();
  await becomes(host, "live");
  await becomesLit(screen, 20_000);
});
