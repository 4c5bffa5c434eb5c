import { riseGainAt } from "../../light/emphasis.ts";
import type { Span } from "../../light/light-map.ts";
import type { Powers, WeightedBand } from "./powers.ts";
import type { SongBeats } from "./song-beats.ts";
import { loudOf, NEAR_MS, spanAt } from "./spans.ts";

/** What is loud in a song is looked for anew when so much more of it is known. */
const GROWTH = 1.3;

/** What is dark and what is bright in a song that was analysed, at any place of it. */
export class KnownSpans {
  readonly #powers: Powers;
  #riseGainAt = (_ms: number): number => riseGainAt(undefined);
  #loud: { bands: readonly WeightedBand[]; durationMs: number; db: readonly (number | undefined)[] } = {
    bands: [],
    durationMs: 0,
    db: [],
  };

  constructor(powers: Powers) {
    this.#powers = powers;
  }

  /** The song's beats, once they are known. */
  set beats(beats: SongBeats) {
    this.#riseGainAt = (ms) => riseGainAt(beats.around(ms));
    this.#loud = { bands: [], durationMs: 0, db: [] };
  }

  /**
   * The span of each band.
   * @param position in the song, ms
   */
  at(position: number, bands: readonly WeightedBand[]): Span[] {
    const loud = this.#loudOf(bands);
    return bands.map((band, n) =>
      spanAt(this.#powers.of(band, position - NEAR_MS, position + NEAR_MS, this.#riseGainAt), loud[n]),
    );
  }

  #loudOf(bands: readonly WeightedBand[]): readonly (number | undefined)[] {
    const { durationMs } = this.#powers;
    const isKnown = bands === this.#loud.bands && durationMs < this.#loud.durationMs * GROWTH;
    if (!isKnown) {
      const db = bands.map((band) => loudOf(this.#powers.of(band, 0, durationMs, this.#riseGainAt)));
      this.#loud = { bands, durationMs, db };
    }
    return this.#loud.db;
  }
}
