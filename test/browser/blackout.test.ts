import { expect, test } from "vitest";
import { becomesLit, DARK, openScreens, PIXEL, read, startLiveWall } from "../support/pages.ts";
import { painted, watch } from "../support/painted.ts";
import { setStage } from "../support/stage.ts";

/** One frame of a display of 60 Hz. */
const FRAME_MS = 1_000 / 60;

const { server, browser } = await setStage();

/** Blackouts of which the middle one counts: a machine that is busy elsewhere loses frames now and then. */
const BLACKOUTS = 3;

test("a blackout reaches all screens within the same frame of the wall clock", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screens = await openScreens(browser, server.url, code, 4);
  await Promise.all(screens.map(watch));
  const spreads: number[] = [];
  for (let n = 0; n < BLACKOUTS; n++) {
    for (const screen of screens) await becomesLit(screen);
    await host.keyboard.press("b");
    for (const screen of screens) await expect.poll(() => read(screen, PIXEL)).toBe("rgb(0 0 0)");
    const times = await Promise.all(
      screens.map(async (screen) => {
        const frames = await painted(screen);
        return frames[frames.findLastIndex(({ level }) => level > DARK) + 1]!.at;
      }),
    );
    spreads.push(Math.max(...times) - Math.min(...times));
    await host.keyboard.press("b");
  }
  // Each screen paints in its own frame: one may be just before the blackout, another just after it.
  const middle = spreads.toSorted((a, b) => a - b)[1]!;
  expect(middle, `${spreads.map(Math.round)} ms`).toBeLessThan(2 * FRAME_MS);
});
