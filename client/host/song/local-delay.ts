import { effect } from "@preact/signals";
import { delayAt, RTP_PER_MS } from "#protocol/timing.ts";
import { canBeExact, Exact } from "../../shared/exact.ts";
import type { Piece } from "../../shared/frames-worker.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "./song.ts";

/**
 * The time from a sample's output here to its packet's arrival at the server, without the network, until it
 * is measured: the encoder fills a packet of 20 ms and looks ahead.
 */
const USUAL_SEND_MS = 27;
const ADJUST_INTERVAL_MS = 250;
/** Time from a sound to its encoded frames being available and decoded. */
const FRAMES_MS = 200;

/**
 * Delays this computer's own sound, so that it matches the light: by the time that the sound takes to the
 * server, and by the wall delay. The first is measured by comparing the sound with the encoded frames, if the
 * browser gives access to them.
 */
export class LocalDelay {
  readonly #song: Song;
  readonly #broadcast: HostBroadcast;
  readonly #exact: Exact | undefined;
  #measuredMs: number | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(song: Song, broadcast: HostBroadcast) {
    this.#song = song;
    this.#broadcast = broadcast;
    if (canBeExact()) {
      this.#exact = new Exact(
        () => this.#piece(),
        (lateMs) => {
          this.#measuredMs = this.#sendMs() + lateMs;
        },
        FRAMES_MS,
      );
    }
    broadcast.onSender = (sender) => this.#exact?.watch(sender);
    effect(() => (broadcast.onAir.value === "live" ? this.#begin() : this.#end()));
    effect(() => {
      // Silence cannot be measured.
      if (broadcast.onAir.value === "live" && song.playing.value) this.#exact?.calibrate();
    });
  }

  #begin(): void {
    this.#measuredMs = undefined;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#adjust(), ADJUST_INTERVAL_MS);
  }

  #end(): void {
    // Before the first broadcast there may be no output: reading `output` creates it, which takes a press.
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#song.output.setLocalDelay(0);
  }

  #adjust(): void {
    const wall = this.#broadcast.clock?.at(performance.now());
    const timing = this.#broadcast.timing.peek();
    if (wall === undefined || !timing) return;
    this.#song.output.setLocalDelay(
      this.#sendMs() + delayAt(timing.delay, wall) + this.#song.soundTrimMs.peek(),
    );
  }

  /** The time from a sample's output by the loudspeaker, without delay, to its arrival at the server. */
  #sendMs(): number {
    if (this.#measuredMs !== undefined) return this.#measuredMs;
    return USUAL_SEND_MS + (this.#broadcast.clock?.roundTrip ?? 0) / 2 - this.#song.output.latencyMs;
  }

  #piece(): Piece | undefined {
    const { output } = this.#song;
    const clock = this.#broadcast.timing.peek()?.clock;
    const { sound, at } = output.lastPlayed();
    const wall = this.#broadcast.clock?.at(at);
    if (!clock || wall === undefined) return;
    const timestamp = clock.timestamp + Math.round((wall + this.#sendMs() - clock.at) * RTP_PER_MS);
    return { sound, rate: output.sampleRate, timestamp: timestamp >>> 0 };
  }
}
