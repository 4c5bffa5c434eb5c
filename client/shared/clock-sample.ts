import type { ClockSample } from "./clock.ts";

/** How long to wait for a clock sample over HTTP; a slower one would not improve the estimate. */
const FETCH_TIMEOUT_MS = 3_000;

/**
 * Takes a clock sample over HTTP. The browser itself times the request and the first byte of the response
 * (W3C Resource Timing, `requestStart` and `responseStart`), so the sample is exact to the millisecond even
 * if this page's thread is busy. A pong on the WebSocket is timed when the thread reads it.
 *
 * @returns undefined if the server does not answer or the browser does not time the request
 */
export async function fetchClockSample(): Promise<ClockSample | undefined> {
  // Its own address, by which its timing entry is found.
  const url = new URL(`../clock?${performance.now()}`, location.href).href;
  const abort = new AbortController();
  const timeout = setTimeout(() => abort.abort(), FETCH_TIMEOUT_MS);
  try {
    const response = await fetch(url, { cache: "no-store", signal: abort.signal });
    if (!response.ok) return;
    const { now } = (await response.json()) as { now: number };
    const [timing] = performance.getEntriesByName(url, "resource") as PerformanceResourceTiming[];
    // A browser keeps a few hundred entries and records no more.
    performance.clearResourceTimings();
    if (!timing?.requestStart) return;
    return { sent: timing.requestStart, received: now, replied: now, arrived: timing.responseStart };
  } catch {
    return;
  } finally {
    clearTimeout(timeout);
  }
}
