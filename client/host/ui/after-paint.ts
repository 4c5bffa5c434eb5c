/**
 * Does something after the next paint. What takes tens of milliseconds on a large wall is done so after a
 * press: the press itself is seen first (web.dev/articles/optimize-inp).
 */
export function afterPaint(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work));
}
