import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { RIPPLE_MS } from "../../client/light/patterns.ts";
import { becomesLit, DARK, goLive, LIT, newDevice, openScreens, startWall } from "../support/pages.ts";
import { type Painted, painted, watch } from "../support/painted.ts";
import { CLICK_INTERVAL, clicks, type SongFile, tone } from "../support/songs.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage();

/** Half of what a beat lights: a screen is taken to be reached from here on. */
const REACHED = 0.5;
/** How far a ripple may be from its formula, ms. */
const OFF = 20;
/**
 * For so long a screen's jitter buffer fills and stretches sound: a tone that is cut and joined sounds in
 * other columns, too; ms.
 */
const FILLED_MS = 12_000;
/** Beats looked at, each way. */
const BEATS = 9;

/** A live wall with this song, and so many screens in it. */
async function startSong(song: SongFile, pattern: string, count: number) {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  await host.setViewportSize({ width: 1_280, height: 900 });
  await host.getByTestId("pattern").selectOption(pattern);
  await host.getByTestId("file").setInputFiles(song);
  await host.getByTestId("volume").fill("1");
  await goLive(host);
  const screens = await openScreens(browser, server.url, code, count);
  await expect.poll(() => host.locator('.screen[data-present="true"]').count()).toBe(count);
  return { host, screens };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** When a screen came to be reached, each time. */
function reached(frames: Painted[]): number[] {
  return frames.flatMap(({ at, level }, n) =>
    level >= REACHED && frames[n - 1] && frames[n - 1]!.level < REACHED ? [at] : [],
  );
}

test("spectrum over 4 × 2 screens shows a tone of 1 kHz in its column only", async () => {
  const { host, screens } = await startSong(tone(1_000, 60), "spectrum", 8);
  const size = ["data-columns", "data-rows"].map((name) => host.getByTestId("wall").getAttribute(name));
  expect(await Promise.all(size)).toEqual(["4", "2"]);
  const places = await host.locator(".screen").evaluateAll((tiles) =>
    tiles.map((tile) => ({
      number: Number(tile.querySelector("strong")!.textContent),
      column: Number((tile as HTMLElement).dataset.x),
    })),
  );
  const left = Math.min(...places.map(({ column }) => column));
  const columnOf = (screen: number) => places.find(({ number }) => number === screen + 1)!.column - left;
  // 31.25 Hz to 16 kHz are nine octaves, and 1 kHz is five of them up: in the third of four columns.
  const isRight = (screen: number) => columnOf(screen) === 2;
  await Promise.all(screens.filter((_, n) => isRight(n)).map((screen) => becomesLit(screen)));
  await new Promise((resolve) => setTimeout(resolve, FILLED_MS));
  await Promise.all(screens.map(watch));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const levels = await Promise.all(
    screens.map(async (screen) => median((await painted(screen)).map(({ level }) => level))),
  );
  for (const [n, level] of levels.entries()) {
    if (isRight(n)) expect(level, `screen ${n + 1}`).toBeGreaterThanOrEqual(LIT);
    else expect(level, `screen ${n + 1}`).toBeLessThanOrEqual(DARK);
  }
});

/** How much later a ripple that starts at one screen reaches another, ms: the median of some beats. */
async function rippleDelay(host: Page, from: number, start: Page, end: Page): Promise<number> {
  await host.locator(".screen").nth(from).click();
  await host.getByTestId("ripple-start").click();
  await becomesLit(end);
  await Promise.all([watch(start), watch(end)]);
  await new Promise((resolve) => setTimeout(resolve, BEATS * CLICK_INTERVAL));
  const arrivals = reached(await painted(end));
  const delays = reached(await painted(start)).flatMap((begin) => {
    const arrival = arrivals.find((at) => at > begin && at < begin + CLICK_INTERVAL / 2);
    return arrival === undefined ? [] : [arrival - begin];
  });
  expect(delays.length, "beats seen on both").toBeGreaterThan(BEATS / 2);
  return median(delays);
}

test("a ripple reaches a screen two places away when the formula says", async () => {
  const { host, screens } = await startSong(clicks(40), "ripple", 3);
  // Over the wall as a whole a rise may have to wait; what is measured here is the pattern.
  await host.getByTestId("safety-screen").click();
  const [first, , third] = screens as [Page, Page, Page];
  const there = await rippleDelay(host, 0, first, third);
  const back = await rippleDelay(host, 2, third, first);
  // There and back, so that what one of the pages is late by itself does not count.
  expect(Math.abs((there + back) / 2 - 2 * RIPPLE_MS), `${there} and ${back} ms`).toBeLessThan(OFF);
});
