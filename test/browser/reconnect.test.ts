import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  becomes,
  becomesDark,
  becomesLit,
  newDevice,
  openScreen,
  read,
  startDemoWall,
  startLiveWall,
  words,
} from "../support/pages.ts";
import { ScreenNetwork } from "../support/screen-network.ts";
import { setStage } from "../support/stage.ts";

/** From Go live to light, on screens that nobody touches. */
const LIGHT_TIMEOUT_MS = 2_000;
/** Longer than the longest wait of a page between two attempts to connect. */
const RECONNECT_TIMEOUT_MS = 20_000;

const { server, browser } = await setStage();

async function openLitScreen(code: string): Promise<Page> {
  const screen = await openScreen(browser, server.url, code);
  await becomesLit(screen);
  return screen;
}

test("a late screen is lit like the first, and both are dark while the song is paused", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const first = await openLitScreen(code);
  await expect.poll(() => host.getByTestId("connected").innerText()).toBe("1");
  const late = await openLitScreen(code);
  await expect.poll(() => host.getByTestId("connected").innerText()).toBe("2");
  await becomesLit(first);
  await host.getByTestId("play").click();
  for (const screen of [first, late]) {
    await becomes(screen, "paused");
    await expect.poll(() => words(screen)).toContain("Paused");
    await becomesDark(screen);
  }
  await host.getByTestId("play").click();
  await Promise.all([first, late].map((screen) => becomesLit(screen, LIGHT_TIMEOUT_MS)));
});

test("a screen stays lit while the host's own volume is 0", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screen = await openLitScreen(code);
  await host.getByTestId("volume").fill("0", { force: true });
  // By then the silence of a broadcast would have arrived: it is later than the greatest wall delay.
  await host.waitForTimeout(LIGHT_TIMEOUT_MS);
  await becomesLit(screen, 500);
});

test("screens light up by themselves after the host has closed its page and opened it again", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screens = [await openLitScreen(code), await openLitScreen(code)];
  const device = host.context();
  await host.close();
  for (const screen of screens) await becomes(screen, "host-away");
  await expect.poll(() => words(screens[0]!)).toContain("The host is away");

  const again = await device.newPage();
  await again.goto(`${server.url}/host/${code}`);
  // The song is there again.
  await expect.poll(() => again.getByTestId("title").innerText()).toBe("tones");
  await again.getByTestId("play").click();
  await Promise.all(screens.map((screen) => becomesLit(screen, LIGHT_TIMEOUT_MS)));
});

test("a reload of the host's page keeps its wall and its demo song", async () => {
  const { host, code } = await startDemoWall(browser, server.url);
  const screen = await openLitScreen(code);
  await host.reload();
  await becomes(host, "ready");
  await expect.poll(() => host.getByTestId("title").innerText()).toContain("demo");
  expect(await host.getByTestId("message").innerText()).toContain("The page was reloaded");
  await host.getByTestId("play").click();
  await becomes(host, "live");
  await becomesLit(screen, LIGHT_TIMEOUT_MS);
});

test("a second page of the host asks before it takes over; the first one gets its show back", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screen = await openLitScreen(code);
  await read(
    screen,
    `globalThis.states = [];
    new MutationObserver(() => states.push(document.documentElement.dataset.state))
      .observe(document.documentElement, { attributeFilter: ["data-state"] })`,
  );
  const second = await host.context().newPage();
  await second.goto(`${server.url}/host/${code}`);
  await becomes(second, "elsewhere");
  expect(await second.getByTestId("notice").innerText()).toContain("hosted from another page");
  await second.reload();
  await becomes(second, "elsewhere");
  await becomesLit(screen, LIGHT_TIMEOUT_MS);
  expect(await read(screen, "states.join()")).toBe("");
  expect(await read(host, "document.documentElement.dataset.state")).toBe("live");

  await second.getByTestId("host-here").click();
  await becomes(host, "replaced");
  expect(await host.getByTestId("notice").innerText()).toContain("your song plays on from its place, live");
  await becomes(screen, "waiting");
  await second.getByTestId("play").click();
  await becomes(second, "live");
  await becomesLit(screen, LIGHT_TIMEOUT_MS);

  await second.getByTestId("play").click();
  await becomesDark(screen);
  await host.getByTestId("host-here").click();
  await becomes(second, "replaced");
  await becomes(host, "live");
  await expect.poll(() => read(host, "document.documentElement.dataset.song")).toBe("playing");
  await becomesLit(screen, LIGHT_TIMEOUT_MS);
});

// The test of kiosks proves the same after SIGKILL.
test("every page reconnects by itself after the server has stopped and started again", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screen = await openLitScreen(code);
  await server.stop("SIGTERM");
  await becomes(host, "reconnecting");
  await becomes(screen, "reconnecting");
  await expect.poll(() => words(screen)).toContain("Reconnecting");
  await server.start();
  await becomes(host, "live", RECONNECT_TIMEOUT_MS);
  await becomesLit(screen, RECONNECT_TIMEOUT_MS);
});

test("a screen that lost its network reconnects", async () => {
  const { code } = await startLiveWall(browser, server.url);
  const screen = await newDevice(browser);
  const network = await ScreenNetwork.of(screen, server.udpPort);
  await screen.goto(`${server.url}/w/${code}?band=all&palette=neon`);
  await becomesLit(screen);
  network.lose();
  await becomes(screen, "reconnecting", RECONNECT_TIMEOUT_MS);
  network.restore();
  await becomesLit(screen, RECONNECT_TIMEOUT_MS);
  await network.close();
});
