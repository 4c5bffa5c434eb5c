import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { newDevice, openPanel, openScreens, startWall } from "../support/pages.ts";
import { setStage, sharePages } from "../support/stage.ts";

const { server, browser } = await setStage({ keepPages: true });
/** The host of a wall with three screens. */
let host: Page;
let screens: Page[];

sharePages(browser, async () => {
  const wall = await startWall(await newDevice(browser, { width: 1_280, height: 800 }), server.url);
  host = wall.host;
  screens = await openScreens(browser, server.url, wall.code, 3);
  await host.locator(".screen").nth(2).waitFor();
  // The tiles show every spark that there ever was.
  await host.evaluate(`globalThis.sparks = {};
    new MutationObserver((changes) => {
      for (const { target } of changes)
        if (target.dataset.spark !== undefined)
          sparks[target.dataset.id] = (sparks[target.dataset.id] ?? 0) + 1;
    }).observe(document.body, { subtree: true, attributeFilter: ["data-spark"] })`);
});

const sparksOn = async (id: string) =>
  (await host.evaluate<Record<string, number>>("globalThis.sparks"))[id] ?? 0;
/** The id of the tile with a number. */
const tileOf = (number: number) =>
  host.locator(`.screen:has(strong:text-is("${number}"))`).getAttribute("data-id") as Promise<string>;
const textOn = (screen: Page) => screen.locator("#message").innerText();

test("a tap on a screen is a spark on its tile, unless the host has switched that off", async () => {
  const first = await tileOf(1);
  await screens[0]!.locator("html[data-sparks]").waitFor({ state: "attached" });
  await expect
    .poll(async () => {
      await screens[0]!.mouse.click(200, 100);
      return sparksOn(first);
    })
    .toBeGreaterThan(0);
  expect(await sparksOn(await tileOf(2))).toBe(0);

  await openPanel(host, "room");
  await host.getByTestId("sparks").uncheck();
  await screens[1]!.locator("html:not([data-sparks])").waitFor({ state: "attached" });
  await screens[1]!.mouse.click(200, 100);
  await host.getByTestId("undo").click();
  await screens[1]!.locator("html[data-sparks]").waitFor({ state: "attached" });
  expect(await sparksOn(await tileOf(2))).toBe(0);
});

test("the host sends a text to the screens that are chosen, and takes it back in one step", async () => {
  await host.getByTestId("bar-text").click();
  await host.getByTestId("text-to-some").click();
  expect(await host.getByTestId("text-show").getAttribute("aria-disabled")).toBe("true");
  const receivers = host.getByRole("group", { name: "Screens that show it" }).getByRole("button");
  for (const n of [0, 2]) await receivers.nth(n).click();
  await host.locator("#text").fill("Come to the bar");
  await host.getByTestId("text-show").click();
  await expect.poll(() => textOn(screens[0]!)).toBe("Come to the bar");
  await expect.poll(() => textOn(screens[2]!)).toBe("Come to the bar");
  expect(await textOn(screens[1]!)).toBe("");
  expect(await host.getByTestId("undo").getAttribute("aria-label")).toBe("Undo text");
  await host.getByTestId("undo").click();
  for (const screen of screens) await expect.poll(() => textOn(screen)).toBe("");
  await host.getByTestId("redo").click();
  await expect.poll(() => textOn(screens[2]!)).toBe("Come to the bar");

  // The sheet that is opened again offers to clear it where it is.
  await host.getByTestId("bar-text").click();
  await host.getByTestId("bar-text").click();
  expect(await receivers.nth(0).getAttribute("aria-pressed")).toBe("true");
  expect(await receivers.nth(1).getAttribute("aria-pressed")).toBe("false");
  await host.getByTestId("text-clear").click();
  for (const screen of screens) await expect.poll(() => textOn(screen)).toBe("");
  await host.getByTestId("undo").click();
  await expect.poll(() => textOn(screens[2]!)).toBe("Come to the bar");

  // A text to all is for all.
  await host.getByTestId("text-to-all").click();
  await host.locator("#text").fill("Good night");
  await host.getByTestId("text-show").click();
  for (const screen of screens) await expect.poll(() => textOn(screen)).toBe("Good night");
});
