import type { ClockSample } from "./clock.ts";

/** An answer that takes longer is of no use, ms. */
const PATIENCE_MS = 3_000;

/**
 * Asks for the wall clock over HTTP. The browser itself dates when such a question went and its answer came
 * (Resource Timing, W3C, `requestStart` and `responseStart`), so a page learns it to the millisecond however
 * long its thread was held up meanwhile; a pong is only as old as the page's leisure to read it.
 *
 * @returns undefined where there is no answer or the browser does not date it
 */
export async function askClock(): Promise<ClockSample | undefined> {
  // An address of its own, by which the browser's dates are found.
  const url = new URL(`/clock?${performance.now()}`, location.href).href;
  try {
    const response = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) return;
    const { now } = (await response.json()) as { now: number };
    const [dates] = performance.getEntriesByName(url, "resource") as PerformanceResourceTiming[];
    // The browser keeps a few hundred and then no more.
    performance.clearResourceTimings();
    if (!dates?.requestStart) return;
    return { sent: dates.requestStart, received: now, replied: now, arrived: dates.responseStart };
  } catch {
    return;
  }
}
