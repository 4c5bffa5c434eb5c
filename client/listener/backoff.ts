/** Waits before another try, for a place in the wall and for media alike. */
const FIRST_MS = 250;
const LONGEST_MS = 5_000;

/**
 * Grows with every failure, and differs from screen to screen so that a wall does not come all at once; ms.
 */
export function backoff(failures: number): number {
  return Math.min(FIRST_MS * 2 ** failures, LONGEST_MS) * (0.75 + Math.random() / 2);
}
