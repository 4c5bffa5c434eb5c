import { expect, test } from "vitest";
import { becomes, newDevice, openScreens, picture, startWall } from "../support/pages.ts";
import { setStage } from "../support/stage.ts";

/** Wide enough for the console to show its details beside the wall. */
const ROOMY = { width: 1_280, height: 1_000 };

const { server, browser } = await setStage();

test("an arrangement survives a reload of the host's page and of a screen", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  await host.setViewportSize(ROOMY);
  const screens = await openScreens(browser, server.url, code, 5);
  const tiles = host.locator(".screen");
  await expect.poll(() => tiles.count()).toBe(5);

  await tiles.nth(4).click();
  // Another screen that joins meanwhile does not disturb the typing.
  const name = host.getByTestId("name");
  await name.fill("Over");
  await openScreens(browser, server.url, code, 1);
  await expect.poll(() => tiles.count()).toBe(6);
  await name.pressSequentially(" the bar");
  await name.press("Enter");
  await host.getByTestId("band").selectOption("bass");
  const box = (await tiles.nth(0).boundingBox())!;
  await host.mouse.move(box.x + 20, box.y + 20);
  await host.mouse.down();
  await host.mouse.move(box.x + 20 + 3 * box.width, box.y + 20 + box.height, { steps: 6 });
  await host.mouse.up();
  await expect.poll(() => host.getByTestId("wall").getAttribute("data-columns")).toBe("4");
  await tiles.nth(2).press("ArrowUp");
  await expect.poll(() => host.getByTestId("wall").getAttribute("data-rows")).toBe("3");
  await expect.poll(async () => (await picture(host)).join()).toContain("Over the bar");
  const arranged = await picture(host);

  await host.reload();
  await becomes(host, "ready");
  await expect.poll(() => picture(host)).toEqual(arranged);

  await screens[1]!.reload();
  await expect.poll(() => host.locator('.screen[data-present="true"]').count()).toBe(6);
  expect(await picture(host)).toEqual(arranged);
});

test("a screen shows its number while the host has it selected, and shows the host's text", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  await host.setViewportSize(ROOMY);
  const [first, second] = await openScreens(browser, server.url, code, 2);
  await expect.poll(() => host.locator(".screen").count()).toBe(2);
  await host.locator(".screen").nth(1).click();
  await expect.poll(() => second!.locator("#identity").innerText()).toContain("2");
  expect(await first!.locator("#identity").isVisible()).toBe(false);
  await host.locator("#text").fill("Good evening");
  await host.locator("#text").press("Enter");
  for (const screen of [first!, second!]) {
    await expect.poll(() => screen.locator("#message").innerText()).toBe("Good evening");
  }
});
