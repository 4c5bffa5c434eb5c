/** From one rise of a wall's light to the next where no beats are known, ms. */
export const USUAL_PERIOD_MS = 450;
/**
 * The shortest time between two rises, ms: three of these hold six phases, and leave 65 ms for each rise and
 * each fall, some animation frames, when two of seven phases in a row are to be more than a second apart.
 */
export const LEAST_PERIOD_MS = 365;

/** The longest time between two rises, ms: where beats are rarer, light may rise between them too. */
export const LONGEST_PERIOD_MS = 2 * USUAL_PERIOD_MS;

/**
 * When the light of a wall may begin to rise, ms of the wall clock, in order and at least {@link
 * LEAST_PERIOD_MS} apart. After the last one they go on every {@link USUAL_PERIOD_MS}; none at all means
 * multiples of that.
 */
export type FlashPlan = readonly number[];
