import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";

/** One frame: when it began, and how long its scripts ran: by the clock, and of the processor's time; ms. */
export interface FrameCost {
  at: number;
  wall: number;
  cpu: number;
}

interface TraceEvent {
  name: string;
  /** Begin and length by the clock, and of the thread's own time; µs. */
  ts: number;
  dur?: number;
  tdur?: number;
  args: { data?: { frame?: string } };
}

/** Callbacks that begin within so much of the first belong to one frame, µs. */
const FRAME_US = 5_000;

/**
 * What the animation callbacks of a page cost for so many ms, as the browser itself traces it. The
 * processor's time leaves out when others had the processor, which on a machine that runs server, host and
 * screens at once is often.
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
