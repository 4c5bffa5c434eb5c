import type { Page } from "playwright-core";

/** The common clock of all processes of a machine: CLOCK_MONOTONIC, ms. */
export const commonNow = () => Number(process.hrtime.bigint()) / 1e6;

/** How far a page's clock may be from where round trips limit it to, ms. */
const MISMATCH_MS = 0.2;
const ROUND_TRIPS = 30;

/** How a page's clock stands to the common clock. */
export interface PageClock {
  /** The common clock minus the page's `performance.now()`, ms. */
  offset: number;
  /** How far round trips leave this open, ms. */
  uncertainty: number;
}

/**
 * Reads a page's clock. Chromium reports the time of the monotonic clock at which the page's clock began.
 * Round trips check it; the quickest ones limit the uncertainty.
 * @throws Error if both contradict each other
 */
export async function readPageClock(page: Page): Promise<PageClock> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  const offset = metrics.find(({ name }) => name === "NavigationStart")!.value * 1_000;
  let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let question = 0; question < ROUND_TRIPS; question++) {
    const asked = commonNow();
    const { result } = await session.send("Runtime.evaluate", { expression: "performance.now()" });
    least = Math.max(least, asked - result.value);
    most = Math.min(most, commonNow() - result.value);
  }
  if (offset < least - MISMATCH_MS || offset > most + MISMATCH_MS) {
    throw new Error(`The clocks do not match: ${offset} is not between ${least} and ${most}`);
  }
  await session.detach();
  return { offset, uncertainty: (most - least) / 2 };
}
