/** How long a bar counts where no bars are known, ms: four beats at 120 a minute. */
const USUAL_BAR_MS = 2_000;

/** Counts the bars that begin, by the beats that are known, or else by the time. */
export class BarCount {
  #bars = 0;
  /** How far the present bar had come at the last look, 0..1. */
  #inBar: number | undefined;
  /** When the last bar began or the count started, ms. */
  #began: number | undefined;

  /**
   * @param now ms
   * @param inBar how far the present bar has come, 0..1; undefined where no bars are known
   * @returns how many bars have begun since the last {@link reset}
   */
  advance(now: number, inBar: number | undefined): number {
    this.#began ??= now;
    const isBar =
      inBar === undefined || this.#inBar === undefined
        ? now - this.#began >= USUAL_BAR_MS
        : // It falls at the beginning of a bar. It may fall a little too where the beats are estimated anew.
          this.#inBar - inBar > 0.5;
    if (isBar) {
      this.#bars += 1;
      this.#began = now;
    }
    this.#inBar = inBar;
    return this.#bars;
  }

  reset(): void {
    this.#bars = 0;
    this.#inBar = this.#began = undefined;
  }
}
