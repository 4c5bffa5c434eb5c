import { BAR_BEATS } from "#protocol/light-map.ts";
import type { KnownBeats } from "./light-map.ts";

/** How many beats are kept: more than the longest ripple shows at once. */
const BEATS = 16;

/** No beats are known ahead. */
const NOTHING_KNOWN: KnownBeats = { around: () => undefined, upTo: () => [] };

/** The beats of the music, by media time: those that are known ahead, or else those that were found. */
export class Beats {
  /** Media times of the last beats that were found, ms, the newest last. */
  #found: readonly number[] = [];
  /** Beats that are known ahead. */
  known = NOTHING_KNOWN;

  /** Takes the media time of a beat that was found, ms. */
  record(media: number): void {
    this.#found = [...this.#found.slice(1 - BEATS), media];
  }

  /** Media times of the last beats at a media time, ms, the newest last; found ones may be later. */
  at(media: number): readonly number[] {
    return this.known.around(media) ? this.known.upTo(media) : this.#found;
  }

  /** Time from the last beat to a media time, ms; infinite without one. */
  since(media: number): number {
    const around = this.known.around(media);
    if (around) return around.since;
    const last = this.#found.filter((beat) => beat <= media).pop();
    return last === undefined ? Number.POSITIVE_INFINITY : media - last;
  }

  /** How far a bar has come at a media time, 0..1; undefined where no beats are known. */
  inBar(media: number): number | undefined {
    const around = this.known.around(media);
    return around && (around.inBar + around.since / (around.since + around.until)) / BAR_BEATS;
  }

  /** Forgets the beats that were found. */
  clear(): void {
    this.#found = [];
  }
}
