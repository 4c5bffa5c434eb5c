/** The last and the next beat at a moment. */
export interface BeatsAround {
  /** Time since the last one, and to the next one, ms. */
  readonly since: number;
  readonly until: number;
  /** Which of its bar the last one is, 0…3. */
  readonly inBar: number;
}

/** Beats further apart than this are not of one rhythm, ms. */
export const BEATS_APART_MAX_MS = 2_500;

/** How much a rise above what is usual is enlarged where no beats are known, dB for each dB. */
const RISE_GAIN = 1.5;
/** The same on a beat that is known, and between such beats: the light dances to the beat. */
const ON_BEAT_GAIN = 3;
const OFF_BEAT_GAIN = 0.7;
/** What is on the beat: from this long before it to this long after it, ms. */
const BEFORE_BEAT_MS = 35;
const AFTER_BEAT_MS = 60;
/** A greater rise than this is enlarged no more, dB. */
const RISE_MAX_DB = 12;
/** Time constant with which what is usual follows, ms: longer than an attack, shorter than a beat. */
const USUAL_MS = 160;

/** How much a rise is enlarged at a moment, dB for each dB. */
export function riseGainAt(around: BeatsAround | undefined): number {
  if (!around) return RISE_GAIN;
  const isOnBeat = around.since < AFTER_BEAT_MS || around.until < BEFORE_BEAT_MS;
  return isOnBeat ? ON_BEAT_GAIN : OFF_BEAT_GAIN;
}

/**
 * Lifts the beginnings of sounds out of what goes on, before a band's power becomes a level: a chord that is
 * struck is brighter than the same chord held. Steady sound stays as it is.
 */
export class Emphasis {
  #usual: number | undefined;

  /**
   * Takes the next power.
   * @param db relative to a full-scale sine
   * @param elapsedMs since the last one
   * @param gain see {@link riseGainAt}
   * @returns dB
   */
  next(db: number, elapsedMs: number, gain: number): number {
    const rise = Math.max(db - (this.#usual ?? db), 0);
    this.#usual = db - (db - (this.#usual ?? db)) * Math.exp(-elapsedMs / USUAL_MS);
    return db + gain * Math.min(rise, RISE_MAX_DB);
  }

  reset(): void {
    this.#usual = undefined;
  }
}
