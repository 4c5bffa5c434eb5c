/**
 * Loaded into the server before its own code: measures how late the main thread's timers fire. The first
 * SIGUSR2 begins the measurement; the second one ends it and writes the result to the file `BENCH_DELAYS`.
 * Also gives the server the priority that the crowd has, as its listeners are on other machines in reality.
 */
import { renameSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

/** Interval of the timer that is watched; the histogram has it in every value. */
const RESOLUTION_MS = 5;

const path = process.env.BENCH_DELAYS;

/** How late the timers were, ms. */
export interface LoopDelays {
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

if (isMainThread && path !== undefined) {
  try {
    // Threads that start later have the same.
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Only root may: then the timers also wait for other programs.
  }
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let isMeasuring = false;
  process.on("SIGUSR2", () => {
    isMeasuring = !isMeasuring;
    if (isMeasuring) {
      histogram.enable();
      return;
    }
    histogram.disable();
    const late = (ns: number) => Math.max(ns / 1e6 - RESOLUTION_MS, 0);
    const delays: LoopDelays = {
      p50Ms: late(histogram.percentile(50)),
      p99Ms: late(histogram.percentile(99)),
      maxMs: late(histogram.max),
    };
    // Whoever waits for the file finds it complete.
    writeFileSync(`${path}.part`, JSON.stringify(delays));
    renameSync(`${path}.part`, path);
  });
}
