import { expect, test } from "vitest";
import { becomesLit, DARK, openScreens, PIXEL, read, startLiveWall } from "../support/pages.ts";
import { painted, watch } from "../support/painted.ts";
import { setStage } from "../support/stage.ts";

/** One frame of a display of 60 Hz. */
const FRAME_MS = 1_000 / 60;

const { server, browser } = await setStage();

test("a blackout reaches all screens within the same frame of the wall clock", async () => {
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
  // Each screen paints in its own frame: one may be just before the blackout, another just after it.
  const spread = Math.max(...times) - Math.min(...times);
  expect(spread, `${times.map((at) => Math.round(at - times[0]!))} ms`).toBeLessThan(2 * FRAME_MS);
});
