import { JitterTarget } from "./jitter-target.ts";
import type { SourceOptions } from "./source.ts";

/** `jitterBufferTarget` in ms, and what Chromium before 124 has instead, in seconds. */
type Delaying = Partial<Record<"jitterBufferTarget" | "playoutDelayHint", number | null>>;

/** Has the browser keep received pictures of a layer until shortly before they are due. */
export class ReceiverDelay {
  readonly #options: Omit<SourceOptions, "onPicture">;
  readonly #target: JitterTarget;

  /** @param leadMs how long before they are due pictures are to be decoded */
  constructor(options: Omit<SourceOptions, "onPicture">, leadMs: number) {
    this.#options = options;
    this.#target = new JitterTarget(options.timesOf.delay(), leadMs);
    // Before the first picture: a browser approaches another target by a tenth of the time that passes.
    this.#set(this.#target.ms);
  }

  /** A picture with this RTP time is decoded now. */
  decoded(timestamp: number): void {
    const { layer, timesOf } = this.#options;
    const wall = timesOf.wall();
    const due = timesOf.due(layer, timestamp);
    if (wall === undefined || due === undefined) return;
    if (this.#target.take(due - wall, performance.now())) this.#set(this.#target.ms);
  }

  /** The browser decides again. */
  reset(): void {
    this.#set(null);
  }

  #set(ms: number | null): void {
    const receiver: Delaying = this.#options.receiver;
    try {
      if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = ms;
      else if ("playoutDelayHint" in receiver) receiver.playoutDelayHint = ms === null ? null : ms / 1_000;
    } catch {
      // The browser keeps pictures as long as it likes.
    }
  }
}
