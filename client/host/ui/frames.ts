import { useEffect } from "preact/hooks";

/**
 * Calls `paint` before every frame the browser shows, with the seconds since the one before. It is the
 * `paint` of the first rendering that is called, so what it reads must last as long as the component.
 */
export function useFrames(paint: (elapsed: number) => void): void {
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
