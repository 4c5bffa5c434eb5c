import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { becomes, goLive, newDevice, openScreens, SMALL, startWall } from "../support/pages.ts";
import { cellsOf, type Mean } from "../support/screenshots.ts";
import { chord } from "../support/songs.ts";
import { setStage, sharePages } from "../support/stage.ts";

const { server, browser } = await setStage({ keepPages: true });

/** How a tile and its screen are divided to be compared. */
const CELLS = [4, 2] as const;
/** Longest time until a tile is as dark as its screen, ms: the flash guard waits for a fall. */
const DARK_AFTER_MS = 1_000;
/** The sum of red, green and blue that a lit tile shows at least, on average. */
const LIT = 32;
/** The same that a dark tile shows at most: the page is seen through that of a screen that is away. */
const UNLIT = 28;

/** A host that is live with a steady sound, and two screens side by side. */
let host: Page;
let screens: Page[];
let decoder: Page;

sharePages(browser, async () => {
  decoder = await browser.newPage();
  const wall = await startWall(await newDevice(browser), server.url);
  host = wall.host;
  await host.setViewportSize({ width: 1_280, height: 800 });
  await host.getByTestId("file").setInputFiles(chord(20));
  await host.getByTestId("loop").click();
  await host.getByTestId("palette-ocean").dispatchEvent("click");
  await host.getByTestId("look").selectOption("bars", { force: true });
  await goLive(host);
  screens = await openScreens(browser, server.url, wall.code, 2);
  for (const screen of screens) await screen.locator(".look:not([hidden])").waitFor({ timeout: 20_000 });
  await host.locator(".look-layer .look:not([hidden])").waitFor();
  // Words lie over the light.
  await host.addStyleTag({ content: ".screen > span { visibility: hidden; }" });
});

/** The mean colours of the cells of each tile. */
async function tiles(): Promise<Mean[][]> {
  const boxes = await Promise.all([0, 1].map((n) => host.locator(".screen").nth(n).boundingBox()));
  return cellsOf(
    decoder,
    await host.screenshot(),
    boxes.map((box) => box!),
    CELLS,
  );
}

/** The same of a screen. */
async function shownBy(screen: Page): Promise<Mean[]> {
  const [cells] = await cellsOf(decoder, await screen.screenshot(), [{ x: 0, y: 0, ...SMALL }], CELLS);
  return cells!;
}

/** The sum of red, green and blue, on average. */
const average = (cells: readonly Mean[]) => cells.flat().reduce((sum, n) => sum + n, 0) / cells.length;
const apart = (a: readonly Mean[], b: readonly Mean[]) =>
  average(a.map((mean, cell) => mean.map((n, channel) => Math.abs(n - b[cell]![channel]!)) as never));

test("a tile shows the part of the look that its screen shows", async () => {
  // The sound is steady: the bars stand as soon as they have come.
  const likeness = async () => {
    const [left, right] = (await tiles()) as [Mean[], Mean[]];
    const [first, second] = [await shownBy(screens[0]!), await shownBy(screens[1]!)];
    const light = Math.min(average(first), average(second));
    const same = Math.max(apart(left, first), apart(right, second));
    const other = Math.min(apart(left, second), apart(right, first), apart(left, right));
    const isAlike = light > LIT && same < 0.3 * light && same < other / 2;
    return isAlike ? "alike" : JSON.stringify({ light, same, other });
  };
  await expect.poll(likeness, { timeout: 40_000, interval: 300 }).toBe("alike");
});

test("all tiles are dark a second after the server is gone", async () => {
  await server.stop("SIGKILL");
  await becomes(host, "reconnecting");
  await delay(DARK_AFTER_MS);
  for (const cells of await tiles()) expect(average(cells)).toBeLessThan(UNLIT);
  await server.start();
  await becomes(host, "live", 30_000);
});

test("the tile of a screen that has left is dark, over a look and in solid light", async () => {
  const second = host.locator(".screen").nth(1);
  await second.and(host.locator('[data-present="true"]')).waitFor();
  await screens[1]!.close();
  await second.and(host.locator('[data-present="false"]')).waitFor();
  for (const mode of ["bars", "solid"]) {
    await host.getByTestId("look").selectOption(mode, { force: true });
    await expect.poll(async () => average((await tiles())[0]!), { timeout: 20_000 }).toBeGreaterThan(LIT);
    // The page is seen through it.
    expect(average((await tiles())[1]!)).toBeLessThan(UNLIT);
  }
});
