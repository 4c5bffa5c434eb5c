import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { becomes, becomesDark, becomesLit, levelOf, newDevice, openScreens } from "../support/pages.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage({ keepPages: true });
const LAPTOP = { width: 1_280, height: 800 };
/** More than there are places for the focus on any page. */
const STOPS_MAX = 150;

/** Brings the focus to what has this test id, by Tab alone. */
async function tabTo(page: Page, testid: string): Promise<void> {
  for (let n = 0; n < STOPS_MAX; n++) {
    if ((await focused(page)) === testid) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${testid}.`);
}

const focused = (page: Page) => page.evaluate<string>("document.activeElement.dataset.testid ?? ''");
const isPressed = (page: Page, testid: string) => page.getByTestId(testid).getAttribute("aria-pressed");

/** Goes to a control by Tab and presses it. */
async function press(page: Page, testid: string, key = "Enter"): Promise<void> {
  await tabTo(page, testid);
  await page.keyboard.press(key);
}

test("a whole show is run by the keyboard alone", async () => {
  const host = await newDevice(browser, LAPTOP);
  const { keyboard } = host;
  await host.goto(server.url);
  await press(host, "start-wall");
  await becomes(host, "ready");
  await press(host, "demo");
  await expect.poll(() => host.evaluate("document.documentElement.dataset.song")).toBe("playing");
  const code = new URL(host.url()).pathname.split("/")[2]!;
  const [first, second] = (await openScreens(browser, server.url, code, 2)) as [Page, Page];
  await becomes(host, "live");
  await becomesLit(first);

  // The light of all screens: a scene by its digit and by its card, undone and done again.
  const look = () => host.evaluate("document.querySelector('.card[aria-pressed=true]')?.textContent ?? ''");
  await keyboard.press("2");
  await expect.poll(look).toContain("Deep flow");
  await keyboard.press("Control+z");
  await expect.poll(look).not.toContain("Deep flow");
  await press(host, "scene", "Space");
  await expect.poll(look).toContain("Light wall");

  // The panic button, from wherever the focus is.
  await keyboard.press("b");
  await becomesDark(first);
  await becomesDark(second);
  expect(await isPressed(host, "text-blackout")).toBe("true");
  await keyboard.press("b");
  await becomesLit(first);

  // A text on all screens, and away with it.
  await keyboard.press("t");
  await expect.poll(() => host.evaluate("document.activeElement.id")).toBe("text");
  await keyboard.type("Good evening");
  await keyboard.press("Enter");
  await expect.poll(() => first.locator("#message").textContent()).toContain("Good evening");
  await press(host, "text-clear");
  await expect.poll(() => first.locator("#message").textContent()).not.toContain("Good evening");
  await keyboard.press("Escape");
  expect(await focused(host)).toBe("bar-text");

  // A screen's own settings: its name, its band, and off and on again.
  await tabToTile(host);
  await keyboard.press("Enter");
  await expect.poll(() => focused(host)).toBe("selected");
  await tabTo(host, "name");
  await keyboard.press("Control+a");
  await keyboard.type("Stage");
  await keyboard.press("Enter");
  await expect.poll(() => host.locator(".screen", { hasText: "Stage" }).count()).toBe(1);
  await press(host, "lock", "Space");
  await expect.poll(async () => Math.min(await levelOf(first), await levelOf(second))).toBeLessThan(0.05);
  await press(host, "lock", "Space");
  await keyboard.press("Escape");
  expect(await host.evaluate("document.activeElement.classList.contains('screen')")).toBe(true);

  // The sides are tabs: the arrows go through them.
  await tabTo(host, "tab-scenes");
  await keyboard.press("ArrowRight");
  await keyboard.press("ArrowRight");
  expect(await focused(host)).toBe("tab-room");
  await press(host, "password");
  await keyboard.type("sesame");
  await press(host, "set-password");

  // The end: the first answer to the question is the harmless one.
  await press(host, "close-wall");
  await expect.poll(() => focused(host)).toBe("keep-wall");
  await press(host, "close-wall-confirm");
  await becomes(host, "closed");
  await expect.poll(() => host.evaluate("document.activeElement.classList.contains('primary')")).toBe(true);
  await becomes(first, "closed");
});

/** Brings the focus to the one tile that Tab reaches. */
async function tabToTile(host: Page): Promise<void> {
  for (let n = 0; n < STOPS_MAX; n++) {
    if (await host.evaluate("document.activeElement.classList.contains('screen')")) return;
    await host.keyboard.press("Tab");
  }
  throw new Error("Tab reaches no tile.");
}
