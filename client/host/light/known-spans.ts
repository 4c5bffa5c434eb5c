import { riseGainAt } from "../../light/emphasis.ts";
import type { Span } from "../../light/light-map.ts";
import { type Powers, ROW_MS, type WeightedBand } from "../../light/powers.ts";
import { loudOf, NEAR_MS, spanAt } from "../../light/spans.ts";
import type { SongBeats } from "./song-beats.ts";

/** What is loud in a song is looked for anew when so much more of it is known. */
const GROWTH = 1.3;
/** Stretches of it that are listened to for this, and the length of one, ms: all of two minutes. */
const STRETCHES = 40;
const STRETCH_MS = 3_000;

/** A part of a song. */
interface Stretch {
  /** ms */
  readonly from: number;
  readonly to: number;
  /** See {@link Powers.of}. */
  readonly gainAt: (ms: number) => number;
}

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

  /**
   * Follows what makes beginnings of sounds stand out.
   * @param beats of the song; undefined while they are not known
   * @param energy with which spans are made, see `spanEnergy`
   */
  follow(beats: SongBeats | undefined, energy: number): void {
    this.#riseGainAt = (ms) => energy * riseGainAt(beats?.around(ms));
    this.#loud = { bands: [], durationMs: 0, db: [] };
  }

  /**
   * The span of each band at some moments.
   * @param moments in the song, ms, in order
   */
  at(moments: readonly number[], bands: readonly WeightedBand[]): Span[][] {
    const loud = this.#loudOf(bands);
    const from = Math.max(Math.floor((moments[0]! - NEAR_MS) / ROW_MS), 0) * ROW_MS;
    // Moments share most of the sound around them, so it is measured once.
    const to = moments.at(-1)! + NEAR_MS;
    const gainAt = this.#gainsBetween(from, to);
    const powers = bands.map((band) => this.#powers.of(band, from, to, gainAt));
    return moments.map((moment) => {
      const [first, end] = [moment - NEAR_MS, moment + NEAR_MS].map((ms) =>
        Math.max((ms - from) / ROW_MS, 0),
      );
      return powers.map((all, n) => spanAt(all.subarray(first, end), loud[n]));
    });
  }

  #loudOf(bands: readonly WeightedBand[]): readonly (number | undefined)[] {
    const { durationMs } = this.#powers;
    const isKnown = bands === this.#loud.bands && durationMs < this.#loud.durationMs * GROWTH;
    if (!isKnown) {
      const stretches = this.#stretches();
      const db = bands.map((band) => loudOf(this.#samples(band, stretches)));
      this.#loud = { bands, durationMs, db };
    }
    return this.#loud.db;
  }

  /** Parts of the whole song: a long song must not take longer than a short one. */
  #stretches(): Stretch[] {
    const stepMs = Math.max(this.#powers.durationMs / STRETCHES, STRETCH_MS);
    return Array.from({ length: STRETCHES }, (_, n) => {
      const [from, to] = [n * stepMs, n * stepMs + STRETCH_MS];
      return { from, to, gainAt: this.#gainsBetween(from, to) };
    });
  }

  /** The powers of a band in parts of the song. */
  #samples(band: WeightedBand, stretches: readonly Stretch[]): Float32Array {
    const parts = stretches.map(({ from, to, gainAt }) => this.#powers.of(band, from, to, gainAt));
    const samples = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      samples.set(part, at);
      at += part.length;
    }
    return samples;
  }

  /** How much rises are enlarged between two times, found once for all bands. */
  #gainsBetween(from: number, to: number): (ms: number) => number {
    const first = Math.max(Math.floor(from / ROW_MS), 0);
    const rows = Math.max(Math.ceil(to / ROW_MS) - first, 0);
    const gains = Float32Array.from({ length: rows }, (_, n) => this.#riseGainAt((first + n) * ROW_MS));
    return (ms) => gains[ms / ROW_MS - first]!;
  }
}
