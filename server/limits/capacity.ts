import { monitorEventLoopDelay } from "node:perf_hooks";
import { LightwallError } from "../protocol/errors.ts";

/** Interval between two samples of the event loop's delay, ms. */
const RESOLUTION_MS = 10;
/** A single delay of more is no load: the process stood still, as while its machine slept; ns. */
const STOOD_NS = 3e9;

export interface ServerCapacityOptions {
  /** Number of peers that have an answer but no connection yet. */
  readonly connecting: () => number;
  readonly connectingMax: number;
  /** Recent delay of the main thread's event loop, ms. */
  readonly loopDelayMs: () => number;
  readonly loopDelayMaxMs: number;
}

/**
 * Decides whether the server admits new pages. It refuses them while it is overloaded or draining, so that
 * the screens that are connected keep working.
 */
export class ServerCapacity {
  readonly #options: ServerCapacityOptions;
  #isDraining = false;

  constructor(options: ServerCapacityOptions) {
    this.#options = options;
  }

  /** Why new pages are refused now; undefined if they are admitted. */
  get refusal(): "server-full" | "server-stopping" | undefined {
    const { connecting, connectingMax, loopDelayMs, loopDelayMaxMs } = this.#options;
    if (this.#isDraining) return "server-stopping";
    return connecting() >= connectingMax || loopDelayMs() > loopDelayMaxMs ? "server-full" : undefined;
  }

  /**
   * Checks whether new pages are admitted now.
   * @throws LightwallError `server-full` | `server-stopping`
   */
  requireAdmission(): void {
    const { refusal } = this;
    if (refusal) throw new LightwallError(refusal);
  }

  /** Refuses all new pages from now on. */
  drain(): void {
    this.#isDraining = true;
  }
}

/** Delays of the event loop, ns. */
type DelayHistogram = Pick<
  ReturnType<typeof monitorEventLoopDelay>,
  "count" | "mean" | "max" | "enable" | "disable" | "reset"
>;

/** Measures how late this thread's event loop runs its timers. */
export class LoopDelay {
  readonly #histogram: DelayHistogram;
  /** The mean of the last second, ms. */
  value = 0;

  constructor(histogram: DelayHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })) {
    this.#histogram = histogram;
    this.#histogram.enable();
  }

  /** Updates the value. Call about once a second. */
  tick(): void {
    // No sample: the loop was blocked for the whole time. The next sample includes that time.
    if (this.#histogram.count === 0) return;
    if (this.#histogram.max < STOOD_NS) this.value = Math.max(0, this.#histogram.mean / 1e6 - RESOLUTION_MS);
    this.#histogram.reset();
  }

  close(): void {
    this.#histogram.disable();
  }
}
