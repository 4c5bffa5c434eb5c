import { effect } from "@preact/signals";
import { AutoGain } from "../../light/auto-gain.ts";
import { BRIGHT_DB, bandPower } from "../../light/level.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "./song.ts";

/** How often is measured, and how often told, ms. */
const MEASURE_MS = 100;
const TELL_MS = 1_000;
/** Not worth telling, dB: a hundredth of the way from dark to bright. */
const STEP_DB = 0.45;

/**
 * Measures what leaves, and tells the wall what its levels must be raised by. The host does it for all, so
 * that every screen has the same gain at the same time, also one that has just come.
 */
export class Gain {
  readonly #song: Song;
  readonly #broadcast: HostBroadcast;
  #auto = new AutoGain(BRIGHT_DB);
  #spectrum = new Float32Array(0);
  #told = 0;
  #toldAt = 0;

  constructor(song: Song, broadcast: HostBroadcast) {
    this.#song = song;
    this.#broadcast = broadcast;
    effect(() => {
      // Weighted otherwise, the song has another loudness.
      broadcast.wall.weights.value;
      this.#auto = new AutoGain(BRIGHT_DB, this.#auto.gainDb);
    });
    effect(() => {
      // After a reload, the wall goes on with the gain it has.
      if (broadcast.phase.value !== "ready") return;
      this.#told = broadcast.wall.gainDb.peek();
      if (!song.playing.peek()) this.#auto = new AutoGain(BRIGHT_DB, this.#told);
    });
    setInterval(() => this.#look(performance.now()), MEASURE_MS);
  }

  #look(now: number): void {
    const { analyser } = this.#song;
    if (!analyser || !this.#song.playing.peek()) return;
    this.#auto.add(this.#loudness(analyser), now / 1_000);
    const gainDb = Math.round(this.#auto.gainDb * 10) / 10;
    if (Math.abs(gainDb - this.#told) < STEP_DB || now - this.#toldAt < TELL_MS) return;
    this.#broadcast.wall.setGain(gainDb);
    this.#told = gainDb;
    this.#toldAt = now;
  }

  /** Of all that leaves, as the wall weighs it, in dB relative to a full-scale sine. */
  #loudness(analyser: AnalyserNode): number {
    const weights = this.#broadcast.wall.weights.peek();
    const size = weights.length;
    if (this.#spectrum.length !== size) this.#spectrum = new Float32Array(size);
    analyser.fftSize = 2 * size;
    analyser.getFloatFrequencyData(this.#spectrum);
    return 10 * Math.log10(bandPower(this.#spectrum, { first: 1, end: size }, weights));
  }
}
