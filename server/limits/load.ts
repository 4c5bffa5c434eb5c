import { monitorEventLoopDelay } from "node:perf_hooks";

/** Between two samples of the event loop's delay, ms. */
const RESOLUTION = 10;

export interface LoadOptions {
  /** Peers that are answered and not connected. */
  readonly connecting: () => number;
  readonly connectingMax: number;
  /** By how much the main thread was late lately, ms. */
  readonly loopDelay: () => number;
  readonly loopDelayMax: number;
}

/** Whether the server may take in more, so that those inside keep their light. */
export class Load {
  readonly #options: LoadOptions;
  #draining = false;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  /** Why nobody may come in now; undefined while they may. */
  get refusal(): "server-full" | "server-stopping" | undefined {
    const { connecting, connectingMax, loopDelay, loopDelayMax } = this.#options;
    if (this.#draining) return "server-stopping";
    return connecting() >= connectingMax || loopDelay() > loopDelayMax ? "server-full" : undefined;
  }

  /** From now on nobody may come in. */
  drain(): void {
    this.#draining = true;
  }
}

/** Watches by how much this thread's event loop is late. */
export class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  /** The mean of the last second, ms. */
  value = 0;

  constructor() {
    this.#histogram.enable();
  }

  /** Called about once a second. */
  tick(): void {
    // Without a sample the loop stood still all the time, and the one that follows tells for how long.
    if (this.#histogram.count === 0) return;
    this.value = Math.max(0, this.#histogram.mean / 1e6 - RESOLUTION);
    this.#histogram.reset();
  }

  close(): void {
    this.#histogram.disable();
  }
}
