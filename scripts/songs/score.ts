import { noise, SAMPLE_RATE, type Stereo, stereo } from "../demo-song/synth.ts";

/** Silence before the first beat, as files have it, s. */
const LEAD_S = 0.25;
/** How far a player is from the beat at most, s: a few ms, as a good one is. */
const PLAYER_S = 0.003;

/** The time line of a made song, and the chance in it, which a seed repeats. */
export class Score {
  readonly bpm: number;
  /** Length in beats. */
  readonly beats: number;
  /** Length in samples. */
  readonly samples: number;
  readonly #noise: () => number;

  /**
   * @param bpm beats per minute
   * @param beats length of what is played
   * @param tailS how long the end rings, s
   */
  constructor(bpm: number, beats: number, tailS: number, seed: number) {
    this.bpm = bpm;
    this.beats = beats;
    this.samples = Math.round((LEAD_S + (beats * 60) / bpm + tailS) * SAMPLE_RATE);
    this.#noise = noise(seed);
  }

  /** A silent bus of the song's length. */
  bus(): Stereo {
    return stereo(this.samples);
  }

  /** Length of some beats, s. */
  seconds(beats: number): number {
    return (beats * 60) / this.bpm;
  }

  /** When a beat begins, exactly, in samples. */
  at(beat: number): number {
    return Math.round((LEAD_S + this.seconds(beat)) * SAMPLE_RATE);
  }

  /** When a player plays on a beat: a few ms early or late, in samples. */
  played(beat: number): number {
    return Math.max(this.at(beat) + Math.round(this.#noise() * PLAYER_S * SAMPLE_RATE), 0);
  }

  /** A number 0..1. */
  random(): number {
    return (this.#noise() + 1) / 2;
  }

  /** A factor of the loudness that a player's hand gives, within ± `db`. */
  touch(db = 1.5): number {
    return 10 ** ((this.#noise() * db) / 20);
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.min(Math.floor(this.random() * values.length), values.length - 1)]!;
  }

  /** The times of all beats, s. */
  beatTimes(): number[] {
    return Array.from({ length: this.beats }, (_, beat) => this.at(beat) / SAMPLE_RATE);
  }
}
