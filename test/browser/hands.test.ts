import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { becomes, newDevice, openPanel, openScreens, startWall } from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage, sharePages } from "../support/stage.ts";

const { server, browser } = await setStage({ keepPages: true });
/** The host of a wall with four screens. */
let host: Page;
let screens: Page[];

sharePages(browser, async () => {
  const wall = await startWall(await newDevice(browser, { width: 1_280, height: 800 }), server.url);
  host = wall.host;
  await host.getByTestId("file").setInputFiles(tone(1_000, 60, -12));
  await host.getByTestId("loop").click();
  await host.evaluate(`globalThis.hasPressedStop = false;
    new MutationObserver((_, observer) => {
      const stop = document.querySelector("[data-testid=stop]");
      if (!stop) return;
      observer.disconnect();
      hasPressedStop = true;
      stop.click();
    }).observe(document.body, { subtree: true, childList: true, attributes: true })`);
  screens = await openScreens(browser, server.url, wall.code, 4);
  await host.locator(".screen").nth(3).waitFor();
});

const focusedTile = () => host.evaluate("document.activeElement.dataset.id");
const places = () =>
  host.locator(".screen").evaluateAll((tiles) =>
    tiles.map((tile) => {
      const { x, y } = (tile as HTMLElement).dataset;
      return `${Number(x) - 100},${Number(y) - 100}`;
    }),
  );
const pressed = (testid: string) => host.getByTestId(testid).getAttribute("aria-pressed");

test("the wall goes live by itself once a song plays and a screen is there, and stays stopped", async () => {
  await becomes(host, "live");
  // A press on Go live that came a moment too late has stopped nothing.
  await delay(500);
  expect(await host.evaluate("hasPressedStop")).toBe(true);
  expect(await host.evaluate("document.documentElement.dataset.state")).toBe("live");
  await host.getByTestId("stop").click();
  await becomes(host, "ready");
  await host.getByTestId("play").click();
  await host.getByTestId("play").click();
  await expect.poll(() => host.evaluate("document.documentElement.dataset.song")).toBe("playing");
  expect(await host.evaluate("document.documentElement.dataset.state")).toBe("ready");
  await host.getByTestId("go-live").click();
  await becomes(host, "live");
});

test("what the host does is undone and done again, by buttons and by keys", async () => {
  await host.getByTestId("text-blackout").click();
  await expect.poll(() => pressed("text-blackout")).toBe("true");
  expect(await host.getByTestId("undo").getAttribute("aria-label")).toBe("Undo blackout");
  await host.getByTestId("undo").click();
  await expect.poll(() => pressed("text-blackout")).toBe("false");
  await host.getByTestId("redo").click();
  await expect.poll(() => pressed("text-blackout")).toBe("true");
  await host.keyboard.press("Control+z");
  await expect.poll(() => pressed("text-blackout")).toBe("false");
});

test("the bar and its blackout are in view at every size, whatever is open", async () => {
  const sizes = [
    [360, 640],
    [844, 390],
    [820, 1_180],
    [1_280, 800],
  ] as const;
  for (const [width, height] of sizes) {
    await host.setViewportSize({ width, height });
    await host.locator(".screen").nth(1).click();
    await host.getByTestId("selected").waitFor();
    // Fails if anything lies over it.
    await host.getByTestId("text-blackout").click({ trial: true, timeout: 10_000 });
    const tile = (await host.locator(".screen").nth(1).boundingBox())!;
    const sheet = (await host.getByTestId("selected").boundingBox())!;
    const isBeside = tile.x + tile.width <= sheet.x || sheet.x + sheet.width <= tile.x;
    expect(isBeside || tile.y + tile.height <= sheet.y, `${width} × ${height}`).toBe(true);
    await host.getByTestId("close-screen").click();
  }
});

test("screens are arranged and set by keys alone", async () => {
  await host.setViewportSize({ width: 1_280, height: 800 });
  await host.getByTestId("tidy").click();
  await expect.poll(places).toEqual(["0,0", "1,0", "0,1", "1,1"]);
  const ids = await host.locator(".screen").evaluateAll((tiles) => {
    return tiles.map((tile) => (tile as HTMLElement).dataset.id);
  });
  await host.locator('.screen[tabindex="0"]').focus();
  expect(await host.locator('.screen[tabindex="0"]').count()).toBe(1);
  await host.keyboard.press("ArrowLeft");
  await host.keyboard.press("ArrowUp");
  expect(await focusedTile()).toBe(ids[0]);
  await host.keyboard.press("ArrowRight");
  await host.keyboard.press("ArrowDown");
  expect(await focusedTile()).toBe(ids[3]);

  // The two tiles change places.
  await host.keyboard.press("Shift+ArrowLeft");
  await expect.poll(() => host.locator(".screen").nth(2).getAttribute("data-id")).toBe(ids[3]);
  // Tiles stand in the order seen. The one that was moved keeps the focus there and back.
  for (const [key, place] of [
    ["Right", 3],
    ["Up", 1],
    ["Down", 3],
    ["Left", 2],
  ] as const) {
    await host.keyboard.press(`Shift+Arrow${key}`);
    await expect.poll(() => host.locator(".screen").nth(place).getAttribute("data-id")).toBe(ids[3]);
    expect(await focusedTile()).toBe(ids[3]);
  }

  // The focus goes into the settings, and back to the tile.
  await host.keyboard.press("Enter");
  await host.getByTestId("selected").waitFor();
  expect(await host.evaluate("document.activeElement.dataset.testid")).toBe("selected");
  await host.keyboard.press("Escape");
  expect(await focusedTile()).toBe(ids[3]);
  await host.keyboard.press("Control+z");
  await expect.poll(() => host.locator(".screen").nth(3).getAttribute("data-id")).toBe(ids[3]);
});

test("keys of single letters can be switched off; those of controls still act", async () => {
  await openPanel(host, "room");
  await host.getByRole("button", { name: "Keys ?" }).click();
  await host.getByTestId("letter-keys").uncheck();
  await host.keyboard.press("Escape");
  await host.keyboard.press("b");
  expect(await pressed("text-blackout")).toBe("false");
  await host.getByRole("button", { name: "Keys ?" }).click();
  await host.getByTestId("letter-keys").check();
  await host.keyboard.press("Escape");
  await host.keyboard.press("b");
  await expect.poll(() => pressed("text-blackout")).toBe("true");
  await host.keyboard.press("b");
});

test("the list of keys is shown by its key, whatever panel is open", async () => {
  for (const panel of ["songs", "scenes", "light", "room"] as const) {
    await openPanel(host, panel);
    await host.keyboard.press("?");
    await expect.poll(() => host.locator("#keys").isVisible()).toBe(true);
    await host.keyboard.press("?");
    await expect.poll(() => host.locator("#keys").isVisible()).toBe(false);
  }
});

test("choices without effect are disabled and say why", async () => {
  await openPanel(host, "light");
  await host.getByTestId("pattern").selectOption("beat");
  await expect.poll(() => host.getByTestId("bands").isDisabled()).toBe(true);
  expect(await host.locator(".note").innerText()).toContain("every screen follows the whole sound");
  await host.getByTestId("pattern").selectOption("bands");
  await expect.poll(() => host.getByTestId("bands").isDisabled()).toBe(false);
});

test("screens that left are listed, removed at once, brought back, and the others tidied up", async () => {
  await host.locator(".screen").nth(0).press("Shift+ArrowLeft");
  await expect.poll(() => host.getByTestId("wall").getAttribute("data-columns")).toBe("3");
  await screens[3]!.close();
  const tray = host.getByTestId("tray");
  await expect.poll(() => tray.innerText()).toContain("Screen 4");
  await host.getByTestId("remove-all").click();
  await tray.waitFor({ state: "detached" });
  await host.getByTestId("undo").click();
  await expect.poll(() => tray.innerText()).toContain("Screen 4");
  await host.getByTestId("remove-all").click();
  await tray.waitFor({ state: "detached" });
  await host.getByTestId("tidy").click();
  await expect.poll(places).toEqual(["0,0", "1,0", "2,0"]);
});
