import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import {
  becomes,
  becomesDark,
  becomesLit,
  levelOf,
  newDevice,
  openPanel,
  openScreens,
  startWall,
} from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage, sharePages } from "../support/stage.ts";

const { server, browser } = await setStage({ kiosk: true, keepPages: true, captures: "microphone" });

/** A live wall with one screen, which counts its connections. */
let host: Page;
let screen: Page;

sharePages(browser, async () => {
  const wall = await startWall(await newDevice(browser, { width: 1_280, height: 900 }), server.url);
  host = wall.host;
  await openPanel(host, "songs");
  await host.getByTestId("sources").click();
  await host.getByTestId("file").setInputFiles(tone(1_000, 60, -12));
  [screen] = (await openScreens(browser, server.url, wall.code, 1)) as [Page];
  await becomes(host, "live");
  await becomesLit(screen);
  await screen.evaluate(() => {
    Object.assign(globalThis, { states: [] });
    const { dataset } = document.documentElement;
    const seen = () => (globalThis as unknown as { states: unknown[] }).states.push(dataset.state);
    new MutationObserver(seen).observe(document.documentElement, { attributeFilter: ["data-state"] });
  });
});

const title = () => host.getByTestId("title").innerText();
const listeners = async () => (await (await fetch(`${server.url}/metrics`)).text()).match(/joins_total.*/g);
const pressed = (kind: string) => host.getByTestId(`source-${kind}`).getAttribute("aria-pressed");

/** The highest and the lowest level that the screen shows within two seconds. */
async function swing(): Promise<[lowest: number, highest: number]> {
  const levels: number[] = [];
  const end = performance.now() + 2_000;
  while (performance.now() < end) levels.push(await levelOf(screen));
  return [Math.min(...levels), Math.max(...levels)];
}

test("song, microphone, tab, noise and song again are heard on the same connection of a screen", async () => {
  const before = await listeners();
  expect(before).not.toBeNull();
  const song = await title();

  // Chromium's microphone beeps once a second, and is silent between beeps.
  await host.getByTestId("source-microphone").click();
  await expect.poll(() => pressed("microphone")).toBe("true");
  expect(await title()).toContain("Microphone");
  await expect.poll(async () => (await swing())[1]).toBeGreaterThan(0.5);
  await expect.poll(async () => (await swing())[0]).toBeLessThan(0.2);

  // With a microphone that is made up, so is what is shared.
  await host.getByTestId("source-computer").click();
  await expect.poll(() => pressed("computer")).toBe("true");
  await expect.poll(async () => (await swing())[1]).toBeGreaterThan(0.5);

  await host.getByTestId("source-noise").click();
  await expect.poll(() => pressed("noise")).toBe("true");
  await expect.poll(async () => (await swing())[0]).toBeGreaterThan(0.2);

  await host.getByTestId("source-songs").click();
  await expect.poll(title).toBe(song);
  await becomesLit(screen);
  expect(await listeners()).toEqual(before);
  // The microphone is silent between its beeps. Nothing else has happened.
  const states = await screen.evaluate<string[]>("states");
  expect(states.filter((state) => state !== "silent" && state !== "live")).toEqual([]);
});

test("the sound of a tab is heard until the tab is closed, and then the host is told", async () => {
  const other = await launchChromium({ kiosk: true, captures: "tab" });
  onTestFinished(() => other.close());
  const wall = await startWall(await newDevice(other, { width: 1_280, height: 900 }), server.url);
  host = wall.host;
  await openPanel(host, "songs");
  await host.getByTestId("sources").click();
  [screen] = (await openScreens(browser, server.url, wall.code, 1)) as [Page];
  const tab = await host.context().newPage();
  await tab.goto(server.url);
  await tab.evaluate(() => {
    document.title = "Shared";
    const context = new AudioContext();
    const tone = new OscillatorNode(context, { frequency: 1_000 });
    tone.connect(new GainNode(context, { gain: 0.25 })).connect(context.destination);
    tone.start();
  });
  await host.getByTestId("source-computer").click();
  await becomesLit(screen);
  expect((await swing())[0]).toBeGreaterThan(0.5);
  await tab.close();
  await host.getByTestId("message").getByText("its sound has ended").waitFor();
  expect(await pressed("songs")).toBe("true");
  await becomesDark(screen);
});
