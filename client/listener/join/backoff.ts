/** The wait before the first new attempt. */
const FIRST_MS = 250;
/** The longest wait, without its jitter. */
const LONGEST_MS = 5_000;

/**
 * The wait before another attempt to join or to receive media, ms. It doubles with every failure. It has
 * jitter, so that the screens of a wall do not return at the same time.
 */
export function backoff(failures: number): number {
  return Math.min(FIRST_MS * 2 ** failures, LONGEST_MS) * (0.75 + Math.random() / 2);
}
