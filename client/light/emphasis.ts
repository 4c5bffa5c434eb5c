/** How much a rise above what is usual is enlarged, dB for each dB. */
const RISE_GAIN = 1.5;
/** A greater rise than this is enlarged no more, dB. */
const RISE_MAX_DB = 12;
/** Time constant with which what is usual follows, ms: longer than an attack, shorter than a beat. */
const USUAL_MS = 160;

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
   * @returns dB
   */
  next(db: number, elapsedMs: number): number {
    const rise = Math.max(db - (this.#usual ?? db), 0);
    this.#usual = db - (db - (this.#usual ?? db)) * Math.exp(-elapsedMs / USUAL_MS);
    return db + RISE_GAIN * Math.min(rise, RISE_MAX_DB);
  }

  reset(): void {
    this.#usual = undefined;
  }
}
