import { effect } from "@preact/signals";
import { delayAt, RTP_PER_MS } from "#protocol/timing.ts";
import { canBeExact, Exact } from "../../shared/exact.ts";
import type { Piece } from "../../shared/frames-worker.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "./song.ts";

/**
 * From a sound that leaves here to the packet that bears it at the server, without the network, until it is
 * measured: a packet of 20 ms must be full, and the encoder looks ahead; ms.
 */
const USUAL_SEND_MS = 27;
const INTERVAL_MS = 250;
/** A sound's frames are there only when they are full, and decoded, ms. */
const SENT_MS = 200;

/**
 * Keeps this computer's own sound in step with the light: the loudspeaker waits as long as a sound takes to
 * the server, and then the wall delay. The first is measured by the frames that are sent, where the browser
 * shows them.
 */
export class InStep {
  readonly #song: Song;
  readonly #broadcast: HostBroadcast;
  readonly #exact: Exact | undefined;
  #measured: number | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(song: Song, broadcast: HostBroadcast) {
    this.#song = song;
    this.#broadcast = broadcast;
    if (canBeExact()) {
      this.#exact = new Exact(
        () => this.#piece(),
        (lateMs) => {
          this.#measured = this.#sendMs() + lateMs;
        },
        SENT_MS,
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
    this.#measured = undefined;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#adjust(), INTERVAL_MS);
  }

  #end(): void {
    // Not before there is an output: to ask for it is to make it, which takes a press.
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
      this.#sendMs() + delayAt(timing.delay, wall) + this.#song.soundTrim.peek(),
    );
  }

  /** From the loudspeaker, if it did not wait, to the server, ms. */
  #sendMs(): number {
    if (this.#measured !== undefined) return this.#measured;
    return USUAL_SEND_MS + (this.#broadcast.clock?.roundTrip ?? 0) / 2 - this.#song.output.latencyMs;
  }

  #piece(): Piece | undefined {
    const { output } = this.#song;
    const clock = this.#broadcast.timing.peek()?.clock;
    const { sound, at } = output.heard();
    const wall = this.#broadcast.clock?.at(at);
    if (!clock || wall === undefined) return;
    const timestamp = clock.timestamp + Math.round((wall + this.#sendMs() - clock.at) * RTP_PER_MS);
    return { sound, rate: output.sampleRate, timestamp: timestamp >>> 0 };
  }
}
