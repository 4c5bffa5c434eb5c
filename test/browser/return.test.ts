import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  becomes,
  becomesDark,
  becomesLit,
  goLive,
  newDevice,
  openScreen,
  playTones,
  startLiveWall,
  words,
} from "../support/pages.ts";
import { ScreenNetwork } from "../support/screen-network.ts";
import { setStage } from "../support/stage.ts";

/** From Go live to light, on screens that nobody touches, ms. */
const LIGHT_AGAIN = 2_000;
/** Longer than the longest wait between two attempts of a page to come back, ms. */
const COMING_BACK = 20_000;

const { server, browser } = await setStage();

async function openLitScreen(code: string): Promise<Page> {
  const screen = await openScreen(browser, server.url, code);
  await becomesLit(screen);
  return screen;
}

test("a screen that comes late is lit like the first", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const first = await openLitScreen(code);
  await expect.poll(() => host.getByTestId("connected").innerText()).toBe("1");
  await openLitScreen(code);
  await expect.poll(() => host.getByTestId("connected").innerText()).toBe("2");
  await becomesLit(first);
});

test("a pause darkens the screens and says so; play lights them", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screen = await openLitScreen(code);
  await host.getByTestId("play").click();
  await becomes(screen, "paused");
  expect(await words(screen)).toContain("Paused");
  await becomesDark(screen);
  await host.getByTestId("play").click();
  await becomesLit(screen, LIGHT_AGAIN);
});

test("the host's page closed and opened again lights untouched screens", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screens = [await openLitScreen(code), await openLitScreen(code)];
  const device = host.context();
  await host.close();
  for (const screen of screens) await becomes(screen, "host-away");
  expect(await words(screens[0]!)).toContain("The host is away");

  const again = await device.newPage();
  await again.goto(`${server.url}/host/${code}`);
  await playTones(again);
  await becomes(screens[0]!, "waiting");
  await again.getByTestId("go-live").click();
  await Promise.all(screens.map((screen) => becomesLit(screen, LIGHT_AGAIN)));
});

test("the host's page reloaded keeps its wall and its demo song", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screen = await openLitScreen(code);
  await host.getByTestId("demo").click();
  await expect.poll(() => host.getByTestId("title").innerText()).toContain("demo");
  await host.reload();
  await becomes(host, "ready");
  expect(await host.getByTestId("message").innerText()).toContain("The page was reloaded");
  await host.getByTestId("play").click();
  await host.getByTestId("go-live").click();
  await becomesLit(screen, LIGHT_AGAIN);
});

test("another page of the host takes over, and the first is told", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screen = await openLitScreen(code);
  const second = await host.context().newPage();
  await second.goto(`${server.url}/host/${code}`);
  await becomes(host, "replaced");
  expect(await host.getByTestId("notice").innerText()).toContain("hosted from another page");
  await becomes(screen, "waiting");
  await playTones(second);
  await goLive(second);
  await becomesLit(screen, LIGHT_AGAIN);
});

test.each(["SIGTERM", "SIGKILL"] as const)(
  "after a restart of the server by %s every page comes back by itself",
  async (signal) => {
    const { host, code } = await startLiveWall(browser, server.url);
    const screen = await openLitScreen(code);
    const untapped = await newDevice(browser);
    await untapped.goto(`${server.url}/w/${code}`);
    await becomes(untapped, "ready");
    await server.stop(signal);
    await becomes(host, "reconnecting");
    await becomes(screen, "reconnecting");
    expect(await words(screen)).toContain("Reconnecting");
    await server.start();
    await becomes(host, "live", COMING_BACK);
    await becomesLit(screen, COMING_BACK);
    await becomes(untapped, "ready", COMING_BACK);
  },
);

test("a screen that lost its network comes back", async () => {
  const { code } = await startLiveWall(browser, server.url);
  const screen = await newDevice(browser);
  const network = await ScreenNetwork.of(screen, server.udpPort);
  await screen.goto(`${server.url}/w/${code}?band=all&palette=neon`);
  await screen.locator("#tap").click();
  await becomesLit(screen);
  await network.lose();
  await becomes(screen, "reconnecting", COMING_BACK);
  await network.restore();
  await becomesLit(screen, COMING_BACK);
  await network.close();
});
