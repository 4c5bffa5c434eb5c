import { expect, test } from "vitest";
import {
  becomes,
  becomesLit,
  DARK,
  newDevice,
  openScreens,
  PIXEL,
  picture,
  read,
  startLiveWall,
  startWall,
} from "../support/pages.ts";
import { painted, watch } from "../support/painted.ts";
import { setStage } from "../support/stage.ts";

/** A frame of 60 a second, ms. */
const FRAME = 1_000 / 60;
/** Wide enough for the console's details to stand beside the wall. */
const ROOMY = { width: 1_280, height: 1_000 };

const { server, browser } = await setStage();

test("an arrangement survives its host's reload, the server's end, and its screens' coming and going", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  await host.setViewportSize(ROOMY);
  const screens = await openScreens(browser, server.url, code, 6);
  const tiles = host.locator(".screen");
  await expect.poll(() => tiles.count()).toBe(6);

  await tiles.nth(4).click();
  await host.getByTestId("name").fill("Over the bar");
  await host.getByTestId("name").press("Enter");
  await host.getByTestId("band").selectOption("bass");
  const box = (await tiles.nth(0).boundingBox())!;
  await host.mouse.move(box.x + 20, box.y + 20);
  await host.mouse.down();
  await host.mouse.move(box.x + 20 + 3 * box.width, box.y + 20 + box.height, { steps: 6 });
  await host.mouse.up();
  await expect.poll(() => host.getByTestId("wall").getAttribute("data-columns")).toBe("4");
  await tiles.nth(2).press("ArrowUp");
  await expect.poll(() => host.getByTestId("wall").getAttribute("data-rows")).toBe("3");
  const arranged = await picture(host);
  expect(arranged.join()).toContain("Over the bar");

  await host.reload();
  await becomes(host, "ready");
  await expect.poll(() => picture(host)).toEqual(arranged);

  await screens[1]!.reload();
  await expect.poll(() => host.locator('.screen[data-present="true"]').count()).toBe(6);
  expect(await picture(host)).toEqual(arranged);

  await expect.poll(() => host.locator(".screen").count()).toBe(6);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await server.stop("SIGKILL");
  await server.start();
  await becomes(host, "ready", 20_000);
  await expect.poll(() => host.locator('.screen[data-present="true"]').count(), { timeout: 20_000 }).toBe(6);
  expect(await picture(host)).toEqual(arranged);
}, 90_000);

test("a screen that is asked says who it is, and shows the host's words", async () => {
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

test("blackout reaches every screen in the same frame", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screens = await openScreens(browser, server.url, code, 4);
  for (const screen of screens) await becomesLit(screen);
  await Promise.all(screens.map(watch));
  await host.keyboard.press("b");
  for (const screen of screens) await expect.poll(() => read(screen, PIXEL)).toBe("rgb(0 0 0)");
  const times = await Promise.all(
    screens.map(async (screen) => {
      const frames = await painted(screen);
      return frames[frames.findLastIndex(({ level }) => level > DARK) + 1]!.at;
    }),
  );
  // Each within a frame of the wall clock's time.
  const spread = Math.max(...times) - Math.min(...times);
  expect(spread, `${times.map((at) => Math.round(at - times[0]!))} ms`).toBeLessThan(2 * FRAME);
});
