import { effect } from "@preact/signals";
import { delayAt, RTP_PER_MS } from "#protocol/timing.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { type SentFrame, SentTime } from "./sent-time.ts";
import type { Song } from "./song.ts";

/**
 * The time from a sample's output here to its packet's arrival at the server, without the network, where it
 * cannot be measured: the encoder fills a packet of 20 ms and looks ahead.
 */
const USUAL_SEND_MS = 27;
/**
 * A measured time further than this from the usual one is wrong: the media clock still belongs to the stream
 * of a former connection.
 */
const MISMATCH_MS = 1_000;
const ADJUST_INTERVAL_MS = 250;
/** The step in which the console says how much wall delay is lacking. */
const LACKING_STEP_MS = 10;
/** Less than this is not worth a word: it comes and goes with the time to the server. */
const LACKING_MIN_MS = 30;

/**
 * Delays this computer's own sound, so that it matches the light: by the time that the sound takes to the
 * server and by the wall delay. The first is measured by the frames that are sent,
 * if the browser shows them (W3C WebRTC Encoded Transform §5).
 */
export class LocalDelay {
  readonly #song: Song;
  readonly #broadcast: HostBroadcast;
  readonly #sent = new SentTime();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(song: Song, broadcast: HostBroadcast) {
    this.#song = song;
    this.#broadcast = broadcast;
    if ("RTCRtpScriptTransform" in window) this.#watch();
    effect(() => (broadcast.onAir.value === "live" ? this.#begin() : this.#end()));
  }

  #watch(): void {
    const worker = new Worker(new URL("./sent-frames-worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<SentFrame>) => this.#sent.add(data, this.#song.output.time);
    this.#broadcast.onSender = (sender) => {
      sender.transform = new RTCRtpScriptTransform(worker);
    };
  }

  #begin(): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#adjust(), ADJUST_INTERVAL_MS);
  }

  #end(): void {
    // Before the first broadcast there may be no output: reading `output` creates it, which takes a press.
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#song.output.setLocalDelay(0);
    this.#song.lackingMs.value = 0;
  }

  #adjust(): void {
    const wall = this.#broadcast.clock?.at(performance.now());
    const timing = this.#broadcast.timing.peek();
    if (wall === undefined || !timing) return;
    const usualMs = USUAL_SEND_MS + (this.#broadcast.clock?.roundTrip ?? 0) / 2 - this.#song.output.latencyMs;
    const measuredMs = this.#measure(wall) ?? usualMs;
    const sendMs = Math.abs(measuredMs - usualMs) < MISMATCH_MS ? measuredMs : usualMs;
    const localMs = sendMs + delayAt(timing.delay, wall) + this.#song.settings.soundTrim.peek();
    this.#song.output.setLocalDelay(localMs);
    // In steps, so that what the console says does not flicker.
    const lackingMs = Math.ceil(-localMs / LACKING_STEP_MS) * LACKING_STEP_MS;
    this.#song.lackingMs.value = lackingMs < LACKING_MIN_MS ? 0 : lackingMs;
  }

  /**
   * The time from a sample's output by the loudspeaker, without delay, to its arrival at the server, for the
   * one that arrives now, ms; undefined while it is not known.
   */
  #measure(wall: number): number | undefined {
    const clock = this.#broadcast.timing.peek()?.clock;
    const playedAt = clock && this.#sent.playedAt(clock.timestamp + (wall - clock.at) * RTP_PER_MS);
    const played = playedAt === undefined ? undefined : this.#broadcast.clock?.at(playedAt);
    return played === undefined ? undefined : wall - played;
  }
}
