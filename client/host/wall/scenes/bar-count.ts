import { BAR_BEATS } from "#protocol/light-map.ts";
import type { KnownBeats } from "../../../light/light-map.ts";

/** How long a bar counts where no bars are known, ms: four beats at 120 a minute. */
const USUAL_BAR_MS = 2_000;

/** Counts the bars that begin, by the beats that are known, or else by the time. */
export class BarCount {
  #bars = 0;
  /** How far the present bar had come at the last look, in beats. */
  #beat: number | undefined;
  /** When the last bar began or the count started, ms. */
  #began: number | undefined;

  /**
   * @param now ms, by the clock of the beats
   * @returns how many bars have begun since the last {@link reset}
   */
  advance(now: number, beats: KnownBeats): number {
    const around = beats.around(now);
    const beat = around && around.inBar + around.since / (around.since + around.until);
    this.#began ??= now;
    const isBar =
      beat === undefined || this.#beat === undefined
        ? now - this.#began >= USUAL_BAR_MS
        : // It falls at the beginning of a bar. It may fall a little too where the beats are estimated anew.
          this.#beat - beat > BAR_BEATS / 2;
    if (isBar) {
      this.#bars += 1;
      this.#began = now;
    }
    this.#beat = beat;
    return this.#bars;
  }

  reset(): void {
    this.#bars = 0;
    this.#beat = this.#began = undefined;
  }
}
