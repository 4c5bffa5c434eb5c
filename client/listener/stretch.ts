import { RTP_PER_MS } from "../../server/protocol/timing.ts";

const INTERVAL_MS = 200;

/** What a jitter buffer has done to sound since it was asked last. */
export interface Stretched {
  /** Sound that it left out to catch up, less what it put in to wait, ms. */
  skippedMs: number;
  /** Sound that it made up because none had come, ms. */
  madeUpMs: number;
}

/** Asks a receiver, five times a second, how its jitter buffer has stretched sound. */
export class Stretch {
  readonly #onStretched: (since: Stretched) => void;
  #askedAt = 0;
  #asking = false;
  #total: { receiver: RTCRtpReceiver; skipped: number; madeUp: number } | undefined;

  /** @param onStretched called only when there is something to tell */
  constructor(onStretched: (since: Stretched) => void) {
    this.#onStretched = onStretched;
  }

  /** Call it each frame. @param now `performance.now()` */
  watch(receiver: RTCRtpReceiver, now: number): void {
    if (this.#asking || now - this.#askedAt < INTERVAL_MS) return;
    this.#askedAt = now;
    this.#asking = true;
    receiver
      .getStats()
      .then((report) => this.#take(receiver, report))
      // A receiver of a connection that was closed meanwhile.
      .catch(() => {})
      .finally(() => {
        this.#asking = false;
      });
  }

  #take(receiver: RTCRtpReceiver, report: RTCStatsReport): void {
    for (const stats of (report as unknown as Map<string, RTCInboundRtpStreamStats>).values()) {
      if (stats.type !== "inbound-rtp") continue;
      const skipped =
        (stats.removedSamplesForAcceleration ?? 0) - (stats.insertedSamplesForDeceleration ?? 0);
      const madeUp = stats.concealedSamples ?? 0;
      const before = this.#total?.receiver === receiver ? this.#total : { skipped, madeUp };
      this.#total = { receiver, skipped, madeUp };
      const since = {
        skippedMs: (skipped - before.skipped) / RTP_PER_MS,
        madeUpMs: (madeUp - before.madeUp) / RTP_PER_MS,
      };
      if (since.skippedMs !== 0 || since.madeUpMs !== 0) this.#onStretched(since);
    }
  }
}
