import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";

/** The scripts of one frame. */
export interface FrameCost {
  /** When they began, ms. */
  at: number;
  /** Elapsed time, ms. */
  wall: number;
  /** CPU time, ms. */
  cpu: number;
}

interface TraceEvent {
  name: string;
  /** When it began, µs. */
  ts: number;
  /** Elapsed time, µs. */
  dur?: number;
  /** CPU time of the thread, µs. */
  tdur?: number;
  args: { data?: { frame?: string } };
}

/** Callbacks that begin within this time of the first one belong to the same frame, µs. */
const FRAME_US = 5_000;

/**
 * Measures the animation callbacks of a page for some time with the browser's own tracing. CPU time leaves
 * out the moments when other processes had the core, as happens often while one machine runs the server, the
 * host and the screens.
 */
export async function traceFrames(browser: Browser, page: Page, ms: number): Promise<FrameCost[]> {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  await browser.startTracing(page, { categories: ["devtools.timeline"] });
  await delay(ms);
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  await session.detach();
  const fired = trace.traceEvents
    .filter(({ name, args }) => name === "FireAnimationFrame" && args.data?.frame === frameTree.frame.id)
    .sort((a, b) => a.ts - b.ts);
  const frames: FrameCost[] = [];
  let began = Number.NEGATIVE_INFINITY;
  for (const { ts, dur = 0, tdur = dur } of fired) {
    if (ts - began > FRAME_US) {
      began = ts;
      frames.push({ at: ts / 1_000, wall: 0, cpu: 0 });
    }
    frames.at(-1)!.wall += dur / 1_000;
    frames.at(-1)!.cpu += tdur / 1_000;
  }
  return frames;
}
