/** The level from which on a lamp shines, and the one up to which it goes out. */
const ON_LEVEL = 0.6;
const OFF_LEVEL = 0.35;
/**
 * Least time between two changes of a lamp, ms. So it has two flashes in a second at most; three are allowed
 * (WCAG 2.2, success criterion 2.3.1). A lamp is small and very bright, so one is kept in reserve.
 */
const APART_MS = 250;

/** Decides when a phone's lamp shines: it is on or off, and has no colours. Follows a screen's level. */
export class TorchGate {
  #isOn = false;
  #changedAt = Number.NEGATIVE_INFINITY;

  /**
   * Takes a level.
   * @param level what the screen shows, 0..1; 0 puts the lamp out at once
   * @param now ms
   * @returns whether the lamp shines
   */
  next(level: number, now: number): boolean {
    const wanted = this.#isOn ? level > OFF_LEVEL : level >= ON_LEVEL;
    if (wanted === this.#isOn || (level > 0 && now - this.#changedAt < APART_MS)) return this.#isOn;
    this.#isOn = wanted;
    this.#changedAt = now;
    return wanted;
  }
}
