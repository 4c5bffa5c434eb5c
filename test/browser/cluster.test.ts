import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { ClusterNodes } from "../support/cluster-nodes.ts";
import {
  becomes,
  becomesConnected,
  becomesLit,
  goLive,
  newDevice,
  openScreen,
  playTones,
  SMALL,
  startDemoWall,
  startLiveWall,
} from "../support/pages.ts";
import { type Painted, painted, watch } from "../support/painted.ts";

/** How long the screens are compared, ms. */
const WATCH_MS = 4_000;
/** Frames of two screens count as of the same moment if they are painted within this time, ms. */
const SAME_MS = 9;
/** Greatest difference of level, in the middle of all moments. */
const DIFFERENCE_MAX = 0.03;

const [cluster, browser] = await Promise.all([ClusterNodes.start(3), launchChromium({ kiosk: true })]);

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

afterAll(async () => {
  await Promise.all([browser.close(), cluster.close()]);
  expect(cluster.nodes.flatMap(({ errors }) => errors)).toEqual([]);
});

/** The difference of level of two screens in the middle of all moments at which both have painted. */
function differenceOf(one: readonly Painted[], other: readonly Painted[]): number {
  const differences = one.flatMap(({ at, level }) => {
    const near = other.find((frame) => Math.abs(frame.at - at) < SAME_MS);
    return near ? [Math.abs(near.level - level)] : [];
  });
  expect(differences.length).toBeGreaterThan(30);
  return differences.toSorted((a, b) => a - b)[differences.length >> 1]!;
}

test("screens on three servers show the same colours at the same time", async () => {
  const { code } = await startDemoWall(browser, cluster.nodes[0]!.url);
  const screens = [];
  for (const { url } of cluster.nodes) screens.push(await openScreen(browser, url, code, "all", SMALL));
  for (const screen of screens) await becomesConnected(screen);
  await delay(3_000);
  for (const screen of screens) await watch(screen);
  await delay(WATCH_MS);
  const [first, ...others] = await Promise.all(screens.map(painted));
  for (const other of others) expect(differenceOf(first!, other)).toBeLessThan(DIFFERENCE_MAX);
});

test("a screen whose server is killed is lit at another one, without a reload", async () => {
  const dying = await cluster.add();
  const { host, code } = await startLiveWall(browser, cluster.nodes[0]!.url);
  const screen = await openScreen(browser, dying.url, code, "all", SMALL);
  await becomesConnected(screen);
  await becomesLit(screen);
  await dying.stop("SIGKILL");
  await delay(1_000);
  await becomes(screen, "live", 3_000);
  await becomesConnected(screen);
  await becomesLit(screen);
  expect(await host.locator('.screen[data-present="true"]').count()).toBe(1);
});

test("a host whose server is killed is live at another one, and screens elsewhere are lit", async () => {
  const dying = await cluster.add();
  const { host, code } = await startLiveWall(browser, dying.url);
  const screen = await openScreen(browser, cluster.nodes[1]!.url, code, "all", SMALL);
  await becomesConnected(screen);
  await becomesLit(screen);
  await dying.stop("SIGKILL");
  await delay(1_000);
  await becomes(host, "live", 5_000);
  await becomesLit(screen, 5_000);
});

test("a host who goes on at another server keeps the wall, and screens everywhere are lit", async () => {
  const [here, there] = cluster.nodes.map(({ url }) => url) as [string, string];
  const { host, code } = await startLiveWall(browser, here);
  const screens = [];
  for (const { url } of cluster.nodes.slice(0, 3)) {
    screens.push(await openScreen(browser, url, code, "all", SMALL));
  }
  for (const screen of screens) await becomesLit(screen);
  // The key is in the first server's storage of this browser. A host carries it over in a file.
  const stored = await host.evaluate<string>("JSON.stringify({ ...localStorage })");
  const second = await newDevice(browser);
  await second.goto(there);
  await second.evaluate(`Object.assign(localStorage, ${stored})`);
  await second.goto(`${there}/host/${code}`);
  await second.getByTestId("host-here").click();
  await playTones(second);
  await goLive(second);
  for (const screen of screens) await becomesLit(screen, 2_000);
  expect(await second.locator('.screen[data-present="true"]').count()).toBe(3);
});

test("a server that stops sends its pages to others first", async () => {
  const stopping = await cluster.add({ DRAIN_SECONDS: "20" });
  const { code } = await startLiveWall(browser, cluster.nodes[0]!.url);
  const screen = await openScreen(browser, stopping.url, code, "all", SMALL);
  await becomesConnected(screen);
  await becomesLit(screen);
  const exited = stopping.exited;
  await stopping.stop("SIGTERM");
  expect(await exited).toBe(0);
  await becomesConnected(screen);
  await becomesLit(screen);
});
