/** The longest event of a press, in ms. Its three parts follow one another. */
export interface PressTimes {
  /** From the press to the next paint. */
  ms: number;
  /** Until the page's handlers begin: the page is busy with something else. */
  waitedMs: number;
  /** In the page's handlers. */
  handledMs: number;
  /** From there to the paint: rendering, layout, and drawing by the compositor and the GPU. */
  shownMs: number;
}

/** In a page: keeps the longest event of each interaction as `longest`, by its id. */
export function recordPresses(): void {
  const longest = new Map<number, PressTimes>();
  Object.assign(globalThis, { longest });
  type Timing = PerformanceEventTiming & { interactionId: number };
  new PerformanceObserver((list) => {
    for (const timing of list.getEntries() as Timing[]) {
      const { interactionId, duration: ms, startTime, processingStart, processingEnd } = timing;
      if (interactionId === 0 || ms <= (longest.get(interactionId)?.ms ?? 0)) continue;
      const [waitedMs, handledMs] = [processingStart - startTime, processingEnd - processingStart];
      longest.set(interactionId, { ms, waitedMs, handledMs, shownMs: ms - waitedMs - handledMs });
    }
  }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
}
