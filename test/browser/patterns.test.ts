import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { RIPPLE_MS } from "../../client/light/patterns.ts";
import {
  becomesLit,
  DARK,
  eventually,
  goLive,
  LIT,
  newDevice,
  openScreens,
  playSong,
  startWall,
} from "../support/pages.ts";
import { type Painted, painted, watch } from "../support/painted.ts";
import { CLICK_INTERVAL_MS, clicks, tone } from "../support/songs.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage();

/** The level from which a ripple counts as arrived at a screen: half the level of a full beat. */
const ARRIVED_LEVEL = 0.5;
/** How far the measured delay of a ripple may be from the formula. */
const DELAY_TOLERANCE_MS = 20;
/**
 * How long a screen's jitter buffer may take to fill. Until then it stretches the sound, and a stretched tone
 * also lights other columns.
 */
const BUFFER_FILL_TIMEOUT_MS = 15_000;
/** How long the levels of all screens are sampled. */
const SAMPLE_MS = 1_000;
/** Beats measured in each direction. */
const BEATS = 5;

/** Starts a live wall with a song, a pattern and `count` screens. */
async function startSong(song: string, pattern: string, count: number) {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  await host.setViewportSize({ width: 1_280, height: 900 });
  await host.getByTestId("pattern").selectOption(pattern, { force: true });
  await playSong(host, song);
  await goLive(host);
  const screens = await openScreens(browser, server.url, code, count);
  await expect.poll(() => host.locator('.screen[data-present="true"]').count()).toBe(count);
  return { host, screens };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** The times at which a screen's level rose to {@link ARRIVED_LEVEL}. */
function arrivalsIn(frames: Painted[]): number[] {
  return frames.flatMap(({ at, level }, n) =>
    level >= ARRIVED_LEVEL && frames[n - 1] && frames[n - 1]!.level < ARRIVED_LEVEL ? [at] : [],
  );
}

/** Samples all screens for {@link SAMPLE_MS}. Resolves to the median level of each. */
async function medianLevels(screens: Page[]): Promise<number[]> {
  await Promise.all(screens.map(watch));
  await delay(SAMPLE_MS);
  return Promise.all(
    screens.map(async (screen) => median((await painted(screen)).map(({ level }) => level))),
  );
}

test("spectrum over 4 × 2 screens shows a tone of 1 kHz only in the column of that frequency", async () => {
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
  // The wall shows nine octaves from 31.25 Hz on. 1 kHz is five octaves up, in the third of four columns.
  const isRight = (screen: number) => columnOf(screen) === 2;
  await Promise.all(screens.filter((_, n) => isRight(n)).map((screen) => becomesLit(screen)));
  await eventually(
    () => medianLevels(screens),
    (levels) => levels.every((level, n) => (isRight(n) ? level >= LIT : level <= DARK)),
    "light in the third column only",
    BUFFER_FILL_TIMEOUT_MS,
  );
});

/** How long a ripple takes from the screen `start` to the screen `end`: the median over some beats, ms. */
async function rippleDelay(host: Page, from: number, start: Page, end: Page): Promise<number> {
  await host.locator(".screen").nth(from).click();
  await host.getByTestId("ripple-start").click();
  await becomesLit(end);
  await Promise.all([watch(start), watch(end)]);
  await delay(BEATS * CLICK_INTERVAL_MS);
  const arrivals = arrivalsIn(await painted(end));
  const delays = arrivalsIn(await painted(start)).flatMap((begin) => {
    const arrival = arrivals.find((at) => at > begin && at < begin + CLICK_INTERVAL_MS / 2);
    return arrival === undefined ? [] : [arrival - begin];
  });
  expect(delays.length, "beats seen on both screens").toBeGreaterThan(BEATS / 2);
  return median(delays);
}

test("a ripple reaches a screen two places away after the time that the formula gives", async () => {
  const { host, screens } = await startSong(clicks(40), "ripple", 3);
  // The guard for the wall as a whole may delay a rise. This test measures the pattern alone.
  await host.getByTestId("safety-screen").dispatchEvent("click");
  const [first, , third] = screens as [Page, Page, Page];
  const there = await rippleDelay(host, 0, first, third);
  const back = await rippleDelay(host, 2, third, first);
  // The mean of both directions cancels a constant delay of one page.
  expect(Math.abs((there + back) / 2 - 2 * RIPPLE_MS), `${there} and ${back} ms`).toBeLessThan(
    DELAY_TOLERANCE_MS,
  );
});
