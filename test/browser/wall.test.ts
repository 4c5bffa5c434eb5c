import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { lightOf } from "../../client/light/photometry.ts";
import { becomes, newDevice, openScreens, picture, startWall, type Wall } from "../support/pages.ts";
import { setStage, sharePages } from "../support/stage.ts";

/** Wide enough for the console to show its details beside the wall. */
const ROOMY = { width: 1_280, height: 1_000 };

/** Near the longest that a host may write. */
const LONG_TEXT = `${"Words that somebody wants to be read across the room. ".repeat(2)}Thank you!`;

const { server, browser } = await setStage({ keepPages: true });
/** A wall with two screens. */
let wall: Wall;
let screens: Page[];

sharePages(browser, async () => {
  wall = await startWall(await newDevice(browser, ROOMY), server.url);
  screens = await openScreens(browser, server.url, wall.code, 2);
  await wall.host.locator(".screen").nth(1).waitFor();
});

test("a screen shows its number when the host asks for it, not when the host selects it", async () => {
  const { host } = wall;
  const [first, second] = screens;
  await second!.evaluate(`new MutationObserver(() => {
    if (!identity.hidden) globalThis.identified = true;
  }).observe(identity, { attributes: true })`);
  await host.locator(".screen").nth(1).click();
  await host.getByTestId("selected").waitFor();
  await delay(500);
  expect(await second!.evaluate("globalThis.identified")).toBeUndefined();
  await host.getByTestId("identify").click();
  await expect.poll(() => second!.locator("#identity").innerText()).toContain("2");
  expect(await first!.locator("#identity").isVisible()).toBe(false);

  // Letters in a field of numbers are not commands.
  await host.getByLabel("Width, in places").press("b");
  expect(await host.getByTestId("text-blackout").getAttribute("aria-pressed")).toBe("false");
  await host.getByTestId("identify").press("Escape");
  await host.getByTestId("selected").waitFor({ state: "detached" });
});

test("words of a screen do not lie over one another", async () => {
  const { host } = wall;
  const screen = screens[1]!;
  const sees = (selector: string) =>
    screen.locator(selector).evaluate((element) => {
      let isSeen = getComputedStyle(element).visibility === "visible";
      for (let one: Element | null = element; one; one = one.parentElement)
        isSeen &&= getComputedStyle(one).opacity !== "0" && getComputedStyle(one).display !== "none";
      return isSeen;
    });
  await host.locator(".screen").nth(1).click();
  await host.getByTestId("lock").click();
  await becomes(screen, "locked");
  await expect.poll(() => sees("#words")).toBe(true);
  await host.getByTestId("identify").click();
  await expect.poll(() => sees("#identity")).toBe(true);
  expect(await sees("#words")).toBe(false);
  await expect.poll(() => sees("#words")).toBe(true);
  await host.getByTestId("bar-text").click();
  await host.locator("#text").fill("Encore!");
  await host.getByTestId("text-show").click();
  await expect.poll(() => sees("#message")).toBe(true);
  expect(await sees("#words")).toBe(false);
  await host.getByTestId("text-clear").click();
  await host.getByTestId("lock").click();
  await host.keyboard.press("Escape");
  await host.getByTestId("selected").waitFor({ state: "detached" });
});

test("the host's text fills a screen, is read over any light, and is cleared by a button", async () => {
  const { host } = wall;
  const [screen] = screens;
  const message = screen!.locator("#message");
  const share = () =>
    message.evaluate(({ scrollHeight, clientHeight, scrollWidth, clientWidth, style }) => ({
      isInside: scrollHeight <= clientHeight && scrollWidth <= clientWidth,
      size: Number.parseFloat(style.fontSize) / clientHeight,
    }));
  await host.getByTestId("bar-text").click();
  await host.locator("#text").fill("Encore!");
  await host.getByTestId("text-show").click();
  await expect.poll(() => message.innerText()).toBe("Encore!");
  await expect.poll(share).toMatchObject({ isInside: true });
  expect((await share()).size).toBeGreaterThan(0.2);

  // Over white, which no light exceeds.
  await screen!.evaluate("light.style.visibility = 'hidden', document.body.style.background = '#fff'");
  await delay(1_000);
  const { beside, brightest } = await luminances(screen!);
  expect((brightest + 0.05) / (beside + 0.05)).toBeGreaterThanOrEqual(4.5);

  await host.locator("#text").fill(LONG_TEXT);
  await host.locator("#text").press("Enter");
  await expect.poll(() => message.innerText()).toContain("somebody");
  await expect.poll(share).toMatchObject({ isInside: true });
  await host.getByTestId("text-clear").click();
  await expect.poll(() => message.isVisible()).toBe(false);
});

interface Line {
  at: number;
  left: number;
  isInside: boolean;
}

test("one text over the wall is laid out once, and each screen shows its part", async () => {
  const { host } = wall;
  const parts = () =>
    Promise.all(
      screens.map((screen) =>
        screen.locator("#message").evaluate((message) => {
          const { left, top, width, height } = message.getBoundingClientRect();
          return [left / innerWidth, top / innerHeight, width / innerWidth, height / innerHeight];
        }),
      ),
    );
  // It is open already, from the text before.
  await host.getByTestId("text-spread").click();
  await host.locator("#text").fill("Good night");
  await host.getByTestId("text-show").click();
  for (const screen of screens) await screen.locator("#message:not(:empty)").waitFor();
  // The wall is two places wide: the second screen shows the second half.
  await expect.poll(parts).toEqual([
    [0, 0, 2, 1],
    [-1, 0, 2, 1],
  ]);
  // The console shows it too.
  expect(await host.locator(".shown-text").allInnerTexts()).toEqual(["Good night", "Good night"]);

  // In a wall of two rows no row has only the halves of letters.
  const second = host.locator(".screen").nth(1);
  await second.press("Shift+ArrowDown");
  await second.press("Shift+ArrowLeft");
  await expect.poll(parts).toEqual([
    [0, 0, 1, 1],
    [0, 0, 1, 1],
  ]);
  await second.press("Shift+ArrowRight");
  await second.press("Shift+ArrowUp");
  await host.getByTestId("text-each").click();
  await expect.poll(parts).toEqual([
    [0, 0, 1, 1],
    [0, 0, 1, 1],
  ]);
  await host.getByTestId("text-clear").click();
});

test("a text runs through the wall in time on all screens, also on one that comes late", async () => {
  const { host } = wall;
  /** Where each screen has the text, in places of the wall, and when, by the clock of all pages. */
  const lines = () =>
    Promise.all(
      screens.map((screen) =>
        screen.locator("#message span").evaluate((line) => {
          const { left, top, bottom } = line.getBoundingClientRect();
          // The time for which the page has placed it: a busy page may be some frames behind.
          const at = performance.timeOrigin + Number(document.timeline.currentTime);
          return { at, left: left / innerWidth, isInside: top >= 0 && bottom <= innerHeight };
        }),
      ),
    );
  await host.getByTestId("text-spread").click();
  await host.getByTestId("text-runs").click();
  await host.locator("#text").fill("Good night");
  await host.getByTestId("text-show").click();
  await screens[1]!.locator("#message span").waitFor();
  await screens[1]!.reload();
  await screens[1]!.locator("#message span").waitFor();

  // In places: two in 2.5 s. The second screen begins where the first ends.
  const speed = -2 / 2_500;
  const apart = async () => {
    const [first, second] = (await lines()) as [Line, Line];
    return Math.abs(second.left + 1 - first.left - speed * (second.at - first.at));
  };
  await expect.poll(apart).toBeLessThan(0.05);
  // So it does again after it ran by a clock that was wrong, as that of a new screen on a busy machine is.
  await screens[1]!.locator("#message span").evaluate((line) => {
    const running = line.getAnimations()[0]!;
    running.currentTime = Number(running.currentTime) + 300;
  });
  await expect.poll(apart).toBeLessThan(0.05);
  const [before] = (await lines()) as [Line];
  expect(before.isInside).toBe(true);
  await expect.poll(async () => Math.abs((await lines())[0]!.left - before.left)).toBeGreaterThan(0.2);

  await host.getByTestId("text-stands").click();
  await expect.poll(() => screens[0]!.locator("#message span").count()).toBe(0);
  await host.getByTestId("text-each").click();
  await host.getByTestId("text-clear").click();
});

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
  await host.keyboard.press("Escape");
  const box = (await tiles.nth(0).boundingBox())!;
  await host.mouse.move(box.x + 20, box.y + 20);
  await host.mouse.down();
  // However far it is dragged, it lands beside the wall.
  await host.mouse.move(box.x + 20 + 9 * box.width, box.y + 20 + box.height, { steps: 6 });
  await host.locator(".target").waitFor();
  await host.mouse.up();
  await expect.poll(() => host.getByTestId("wall").getAttribute("data-columns")).toBe("4");
  await tiles.nth(0).press("Shift+ArrowUp");
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

/** The relative luminance of a page's corner, beside the letters, and of its brightest pixel (WCAG 2.2). */
async function luminances(page: Page): Promise<{ beside: number; brightest: number }> {
  const png = (await page.screenshot()).toString("base64");
  // The page itself may not open data URLs.
  const decoder = await browser.newPage();
  const bytes = (await decoder.evaluate(`(async () => {
    const picture = await createImageBitmap(await (await fetch("data:image/png;base64,${png}")).blob());
    const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    pen.drawImage(picture, 0, 0);
    return [...pen.getImageData(0, 0, picture.width, picture.height).data];
  })()`)) as number[];
  const all = Array.from({ length: bytes.length / 4 }, (_, n) => {
    return lightOf([bytes[4 * n]!, bytes[4 * n + 1]!, bytes[4 * n + 2]!]).luminance;
  });
  return { beside: all[0]!, brightest: all.reduce((most, one) => Math.max(most, one)) };
}
