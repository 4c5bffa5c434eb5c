import { computed, signal } from "@preact/signals";
import { BAR_BEATS } from "../../light/tempo/bars.ts";
import type { TrackedBeats } from "../../light/tempo/beat-tracker.ts";
import { doubled, halved } from "../../light/tempo/retime.ts";
import { tapTempo } from "../../light/tempo/tap-tempo.ts";
import { SongBeats } from "./song-beats.ts";

/** From this confidence on a tempo is shown as sure, 0..1. */
const SURE = 0.5;
/** Taps that are kept. */
const TAPS_MAX = 16;

/** The tempo at a moment of the song. */
export interface TempoNow {
  /** Beats a minute. */
  readonly bpm: number;
  /** Where it comes from, and whether it is sure. */
  readonly from: "sure" | "guessed" | "tapped";
}

/** The rhythm of the present song: as it was found, at half or twice that, or as the host taps it. */
export class SongTempo {
  /** What the analysis has found; undefined before it has looked. */
  readonly tracked = signal<TrackedBeats | undefined>();
  /** The host's correction of what was found. */
  readonly factor = signal<0.5 | 1 | 2>(1);
  /** A beat of the song, ms, and the time between two, as the host has tapped them. */
  readonly #tapped = signal<{ at: number; periodMs: number } | undefined>();
  readonly #rhythm = computed(() => this.#tappedRhythm() ?? this.#corrected());
  /** The beats that light follows; undefined while nothing is known. */
  readonly beats = computed(() => this.#rhythm.value && new SongBeats(this.#rhythm.value));
  readonly isTapped = computed(() => this.#tapped.value !== undefined);
  /** Positions in the song at the last taps, ms. */
  #taps: readonly number[] = [];
  /** Of the song, ms. */
  #durationMs = 0;

  /** Begins with another song. */
  reset(): void {
    this.tracked.value = undefined;
    this.forget();
  }

  /** Goes back to what was found. */
  forget(): void {
    this.factor.value = 1;
    this.#tapped.value = undefined;
    this.#taps = [];
  }

  /**
   * Takes a tap. From the fourth in a row on they decide the tempo.
   * @param position of the song, ms
   * @param durationMs of the song
   */
  tap(position: number, durationMs: number): void {
    // After a seek the taps before belong to another moment.
    const before = position < (this.#taps.at(-1) ?? 0) ? [] : this.#taps;
    this.#taps = [...before, position].slice(-TAPS_MAX);
    this.#durationMs = durationMs;
    const tapped = tapTempo(this.#taps);
    if (tapped) this.#tapped.value = { at: tapped.offsetMs, periodMs: 60_000 / tapped.bpm };
  }

  /** The tempo at a position of the song, ms; undefined where it has no rhythm. */
  at(position: number): TempoNow | undefined {
    const rhythm = this.#rhythm.value;
    const section = rhythm?.sections.find(({ endBeat }) => rhythm.beats[endBeat - 1]! > position);
    if (!section) return;
    const from = this.isTapped.value ? "tapped" : section.confidence >= SURE ? "sure" : "guessed";
    return { bpm: section.bpm, from };
  }

  #corrected(): TrackedBeats | undefined {
    const found = this.tracked.value;
    if (!found || this.factor.value === 1) return found;
    return this.factor.value === 2 ? doubled(found) : halved(found);
  }

  /** Beats over the whole song. A bar begins with the beat of the taps. */
  #tappedRhythm(): TrackedBeats | undefined {
    if (!this.#tapped.value) return;
    const { at, periodMs } = this.#tapped.value;
    const before = Math.floor(at / periodMs);
    const count = before + 1 + Math.floor(Math.max(this.#durationMs - at, 0) / periodMs);
    const beats = Array.from({ length: count }, (_, n) => at + (n - before) * periodMs);
    const section = {
      firstBeat: 0,
      endBeat: count,
      bpm: 60_000 / periodMs,
      confidence: 1,
      barOffset: before % BAR_BEATS,
      barConfidence: 0,
    };
    return { beats, sections: [section] };
  }
}
