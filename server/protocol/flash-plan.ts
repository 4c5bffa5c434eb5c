/** From one rise of a wall's light to the next where no beats are known, ms. */
export const USUAL_PERIOD_MS = 450;
/**
 * The shortest time between two rises, ms: a guard turns at most five times in a second, which are two and a
 * half of these, at the times of animation frames.
 */
export const LEAST_PERIOD_MS = 410;

/** The longest time between two rises, ms: where beats are rarer, light may rise between them too. */
export const LONGEST_PERIOD_MS = 2 * USUAL_PERIOD_MS;

/**
 * When the light of a wall may begin to rise, ms of the wall clock, in order and at least {@link
 * LEAST_PERIOD_MS} apart. After the last one they go on every {@link USUAL_PERIOD_MS}; none at all means
 * multiples of that.
 */
export type FlashPlan = readonly number[];
