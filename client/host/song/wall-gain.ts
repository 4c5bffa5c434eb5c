import { effect } from "@preact/signals";
import { AutoGain } from "../../light/auto-gain.ts";
import { BRIGHT_DB, bandPower } from "../../light/level.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "./song.ts";

const MEASURE_INTERVAL_MS = 100;
/** The shortest time between two gains that are sent. */
const SEND_INTERVAL_MS = 1_000;
/** The smallest change that is sent: a hundredth of the range from dark to bright. */
const STEP_DB = 0.45;

/**
 * Measures the song's loudness, and sets the gain that the wall adds to all levels. The host measures for all
 * screens, so that each of them has the same gain at the same time, also one that has just joined.
 */
export class WallGain {
  readonly #song: Song;
  readonly #broadcast: HostBroadcast;
  #auto = new AutoGain(BRIGHT_DB);
  #spectrum = new Float32Array(0);
  #sentDb = 0;
  #sentAt = 0;

  constructor(song: Song, broadcast: HostBroadcast) {
    this.#song = song;
    this.#broadcast = broadcast;
    effect(() => {
      // With other weights the song has another loudness.
      broadcast.wall.weights.value;
      this.#auto = new AutoGain(BRIGHT_DB, this.#auto.gainDb);
    });
    effect(() => {
      // A page that was reloaded starts with the gain that the wall has.
      if (broadcast.phase.value !== "ready") return;
      this.#sentDb = broadcast.wall.gainDb.peek();
      if (!song.playing.peek()) this.#auto = new AutoGain(BRIGHT_DB, this.#sentDb);
    });
    setInterval(() => this.#measure(performance.now()), MEASURE_INTERVAL_MS);
  }

  #measure(now: number): void {
    const { analyser } = this.#song;
    if (!analyser || !this.#song.playing.peek()) return;
    this.#auto.add(this.#loudness(analyser), now / 1_000);
    const gainDb = Math.round(this.#auto.gainDb * 10) / 10;
    if (Math.abs(gainDb - this.#sentDb) < STEP_DB || now - this.#sentAt < SEND_INTERVAL_MS) return;
    this.#broadcast.wall.setGain(gainDb);
    this.#sentDb = gainDb;
    this.#sentAt = now;
  }

  /** The loudness of the whole spectrum with the wall's weights, dB relative to a full-scale sine. */
  #loudness(analyser: AnalyserNode): number {
    const weights = this.#broadcast.wall.weights.peek();
    const size = weights.length;
    if (this.#spectrum.length !== size) this.#spectrum = new Float32Array(size);
    analyser.fftSize = 2 * size;
    analyser.getFloatFrequencyData(this.#spectrum);
    return 10 * Math.log10(bandPower(this.#spectrum, { first: 1, end: size }, weights));
  }
}
