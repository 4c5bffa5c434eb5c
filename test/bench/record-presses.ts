/** In a page: keeps the longest event of each interaction as `longest`, by its id; ms. */
export function recordPresses(): void {
  const longest = new Map<number, number>();
  Object.assign(globalThis, { longest });
  type Timing = PerformanceEventTiming & { interactionId: number };
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries() as Timing[]) {
      if (interactionId > 0) longest.set(interactionId, Math.max(longest.get(interactionId) ?? 0, duration));
    }
  }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
}
