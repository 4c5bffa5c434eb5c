import { BAR_BEATS, type LightBeat } from "#protocol/light-map.ts";
import { BEATS_APART_MAX_MS, type BeatsAround } from "../../light/emphasis.ts";
import type { TrackedBeats } from "../../light/tempo/beat-tracker.ts";

/** Beats that are less sure than this are not used, 0..1. */
const CONFIDENCE_MIN = 0.2;

interface SongBeat {
  /** Time in the song, ms. */
  readonly at: number;
  /** Which of its bar it is, 0…3. */
  readonly inBar: number;
}

/** The beats of a song that was analysed, as far as they are sure. */
export class SongBeats {
  readonly #beats: readonly SongBeat[];

  constructor({ beats, sections }: TrackedBeats) {
    this.#beats = sections
      .filter(({ confidence }) => confidence >= CONFIDENCE_MIN)
      .flatMap(({ firstBeat, endBeat, barOffset }) =>
        beats.slice(firstBeat, endBeat).map((at, n) => ({
          at,
          inBar: (((n - barOffset) % BAR_BEATS) + BAR_BEATS) % BAR_BEATS,
        })),
      );
  }

  /** Those between two times, ms since the first of them. */
  between(from: number, to: number): LightBeat[] {
    return this.#beats
      .filter(({ at }) => at >= from && at < to)
      .map(({ at, inBar }) => ({ after: Math.round(at - from), inBar }));
  }

  /** The last and the next one at a time in ms; undefined where there is no rhythm. */
  around(at: number): BeatsAround | undefined {
    const next = this.#indexAfter(at);
    const [last, following] = [this.#beats[next - 1], this.#beats[next]];
    if (!last || !following || following.at - last.at > BEATS_APART_MAX_MS) return;
    return { since: at - last.at, until: following.at - at, inBar: last.inBar };
  }

  /** The index of the first beat after a time; a long song has thousands. */
  #indexAfter(at: number): number {
    let [low, high] = [0, this.#beats.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#beats[middle]!.at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
