import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { becomesLit, goLive, newDevice, openScreens, PIXEL, read, startWall } from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage();

/** Starts a live wall that plays a steady tone, with two screens. */
async function startToneWall(dbfs: number): Promise<{ host: Page; screens: Page[] }> {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  await host.setViewportSize({ width: 1_280, height: 1_000 });
  await host.getByTestId("file").setInputFiles(tone(1_000, 40, dbfs));
  await host.getByTestId("volume").fill("1");
  await goLive(host);
  const screens = await openScreens(browser, server.url, code, 2);
  await expect.poll(() => host.locator('.screen[data-present="true"]').count()).toBe(2);
  return { host, screens };
}

test("the console shows bands that screens choose, and sets bands and colours of screens", async () => {
  const { host, screens } = await startToneWall(-12);
  const [first, second] = screens as [Page, Page];
  const facts = (n: number) => host.locator(".screen").nth(n).locator(".facts").innerText();

  // A person chooses bands at the screen, and the console shows them.
  await first.mouse.move(100, 100);
  await first.locator("input[name=band][value=presence]").dispatchEvent("click");
  await expect.poll(() => facts(0)).toContain("Presence");
  await first.locator("input[name=band][value=all]").dispatchEvent("click");
  await expect.poll(() => facts(0)).toContain("All");

  // The host sets the band by two frequencies. Out of range, they become the nearest allowed ones.
  await host.locator(".screen").nth(1).click();
  await host.getByTestId("band").selectOption("custom");
  await host.getByTestId("band-from").fill("300");
  await host.getByTestId("band-from").press("Enter");
  await host.getByTestId("band-to").fill("90000");
  await host.getByTestId("band-to").press("Enter");
  await expect.poll(() => facts(1)).toContain("300 Hz – 20 kHz");
  await expect.poll(() => facts(1), { timeout: 10_000 }).toMatch(/% lost · ±\d+\.\d ms/);

  await host.getByTestId("palette").selectOption("own");
  const colours = host.getByTestId("palette-editor").locator("input[type=color]");
  for (let n = 0; n < (await colours.count()); n++) await colours.nth(n).fill("#00ff00");
  for (const screen of [first, second]) {
    await expect.poll(() => read(screen, PIXEL)).toMatch(/^rgb\(0 (1[5-9]\d|2\d\d) 0\)$/);
  }
});

test("a screen dropped between places of the grid stays there, also after a reload", async () => {
  const { host } = await startToneWall(-12);
  const tile = host.locator(".screen").nth(1);
  const at = async () => [await tile.getAttribute("data-x"), await tile.getAttribute("data-y")].map(Number);
  await host.getByTestId("free-places").check();
  const box = (await tile.boundingBox())!;
  await host.mouse.move(box.x + 20, box.y + 20);
  await host.mouse.down();
  await host.mouse.move(box.x + 20 + box.width / 2, box.y + 20 + box.height / 4, { steps: 5 });
  await host.mouse.up();
  await expect.poll(async () => (await at())[0]).toBeGreaterThan(101.4);
  const [x, y] = (await at()) as [number, number];
  expect(x).toBeLessThan(101.6);
  expect(y).toBeGreaterThan(100.2);
  expect(y).toBeLessThan(100.3);
  await host.reload();
  await expect.poll(() => tile.count()).toBe(1);
  expect(await at()).toEqual([x, y]);
});

test("a key recalls a scene on all screens, and a light of the host's own is kept as a scene", async () => {
  const { host, screens } = await startToneWall(-12);
  await host.keyboard.press("8");
  await expect.poll(() => host.getByTestId("look").inputValue()).toBe("flow");
  for (const screen of screens) await screen.locator(".look:not([hidden])").waitFor({ timeout: 20_000 });
  const scenes = host.getByTestId("scene");
  await expect.poll(() => scenes.nth(7).getAttribute("aria-pressed")).toBe("true");

  await host.getByTestId("palette").selectOption("ocean");
  await host.getByTestId("scene-name").fill("Night sea");
  await host.getByTestId("scene-name").press("Enter");
  await scenes.nth(0).click();
  await expect.poll(() => host.getByTestId("look").inputValue()).toBe("solid");
  await host.reload();
  await scenes.filter({ hasText: "Night sea" }).click();
  await expect.poll(() => host.getByTestId("look").inputValue()).toBe("flow");
  expect(await host.getByTestId("palette").inputValue()).toBe("ocean");
  await host.getByRole("button", { name: "Remove the scene Night sea" }).click();
  await expect.poll(() => scenes.count()).toBe(10);
});

test("the light map makes a quiet song light the screens", async () => {
  const { host, screens } = await startToneWall(-36);
  await host.getByTestId("gain-auto").check();
  await Promise.all(screens.map((screen) => becomesLit(screen, 20_000)));
});
