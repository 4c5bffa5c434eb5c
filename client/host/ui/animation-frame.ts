import { useEffect } from "preact/hooks";

/**
 * Calls `paint` in every animation frame, with the seconds since the last one. It is always the `paint` of
 * the component's first rendering, so everything that it reads must be valid as long as the component.
 */
export function useAnimationFrame(paint: (elapsed: number) => void): void {
  useEffect(() => {
    let last = performance.now();
    let next = requestAnimationFrame(function frame(now) {
      paint((now - last) / 1000);
      last = now;
      next = requestAnimationFrame(frame);
    });
    return () => cancelAnimationFrame(next);
  }, []);
}
