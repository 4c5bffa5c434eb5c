import type { TimedFrame } from "../../protocol/frames.ts";
import type { BroadcastPacket } from "./bank.ts";

/**
 * Frames are reported together once in this time: the main thread sends them on, and need not wake for each,
 * ms.
 */
const BATCH_MS = 40;

/** Copies a broadcast's frames for those who receive them over their WebSockets. */
export class FrameTap {
  readonly #report: (frames: readonly TimedFrame[]) => void;
  readonly #timer: NodeJS.Timeout;
  #frames: TimedFrame[] = [];

  /** @param report takes the frames since the last report; frames may be kept, nothing else uses them */
  constructor(report: (frames: readonly TimedFrame[]) => void) {
    this.#report = report;
    this.#timer = setInterval(() => this.flush(), BATCH_MS);
  }

  add({ timestamp, payload }: BroadcastPacket): void {
    // A copy: the packet's memory belongs to its datagram, and posting a view would copy all of that.
    this.#frames.push({ timestamp, data: Uint8Array.from(payload) });
  }

  /** Reports what there is. */
  flush(): void {
    if (this.#frames.length > 0) this.#report(this.#frames);
    this.#frames = [];
  }

  /** Ends it; idempotent. */
  close(): void {
    clearInterval(this.#timer);
  }
}
