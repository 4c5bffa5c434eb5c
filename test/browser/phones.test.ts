import { expect, test } from "vitest";
import { goLive, newDevice, openScreen, playSong, read, startWall } from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage();

/** A phone, on its side, half of its window, above its keyboard, and what a split screen leaves at least. */
const SIZES = [
  [390, 844],
  [844, 390],
  [390, 420],
  [320, 400],
  [320, 200],
] as const;

/** JavaScript that evaluates to pairs of parts of the console that cover one another. */
const COVERED = `(() => {
  const parts = ["header .player", ".choice", ".on-air", ".join", ".arranging", "[role=tablist]"];
  const seen = parts
    .map((name) => ({ name, box: document.querySelector(name)?.getBoundingClientRect() }))
    .filter(({ box }) => box && box.width > 0);
  return seen.flatMap((a, n) =>
    seen
      .slice(n + 1)
      .filter(({ box }) =>
        Math.min(a.box.right, box.right) - Math.max(a.box.left, box.left) > 2 &&
        Math.min(a.box.bottom, box.bottom) - Math.max(a.box.top, box.top) > 2)
      .map(({ name }) => a.name + " and " + name));
})()`;
/** JavaScript that evaluates to how much wider a page is than its window, px. */
const TOO_WIDE = "document.documentElement.scrollWidth - innerWidth";

test("pages fit into every window of a phone, and no part covers another", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  await playSong(host, tone(1_000, 60, -12));
  await goLive(host);
  const screen = await openScreen(browser, server.url, code);
  await host.locator(".screen").first().waitFor();
  const start = await newDevice(browser);
  await start.goto(server.url);
  for (const [width, height] of SIZES) {
    for (const page of [host, screen, start]) {
      await page.setViewportSize({ width, height });
      await expect.poll(() => read<number>(page, TOO_WIDE), { message: `at ${width}×${height}` }).toBe(0);
    }
    expect(await read<string[]>(host, COVERED), `at ${width}×${height}`).toEqual([]);
  }
});

test("a field stays in view when the keyboard comes", async () => {
  const { host } = await startWall(await newDevice(browser, { width: 390, height: 844 }), server.url);
  await host.getByTestId("bar-text").click();
  const field = host.locator("#text");
  await field.focus();
  await host.setViewportSize({ width: 390, height: 420 });
  await expect
    .poll(async () => {
      const box = await field.boundingBox();
      return box !== null && box.y >= 0 && box.y + box.height <= 420;
    })
    .toBe(true);
  await field.fill("Encore!");
  await host.getByTestId("text-show").click();
  await expect.poll(() => field.inputValue()).toBe("Encore!");
});
