import type { Arrival } from "../ear/pipeline.ts";
import type { FrameWatch, FrameWatchOptions } from "./frame-watch.ts";

/** What watches the frames is loaded this long after the page at the latest, or after it failed to be; ms. */
const LOAD_AFTER_MS = 1_000;

/** How frames come to this screen, once there is light. */
export class Delivery {
  /** {@link isOverSocket} has changed. To be set in the task in which this is made. */
  onChange!: () => void;
  readonly #options: Omit<FrameWatchOptions, "onChange">;
  #watch: FrameWatch | undefined;
  #loading: Promise<void> | undefined;

  constructor(options: Omit<FrameWatchOptions, "onChange">) {
    this.#options = options;
    setTimeout(() => this.load(), LOAD_AFTER_MS);
  }

  /** All frames come over the WebSocket, because none come over UDP. */
  get isOverSocket(): boolean {
    return !!this.#watch?.isOverSocket;
  }

  /** Loads what watches the frames, once. The first light does not wait for it. */
  load(): void {
    this.#loading ??= this.#load();
  }

  /** A frame has come. */
  arrived(arrival: Arrival): void {
    this.#watch?.arrived(arrival);
  }

  /** Tells the ear what is painted when. */
  pace(): void {
    const { pace, ear } = this.#options;
    ear.pace(pace.reference(performance.now()));
  }

  /** The server knows nothing of what was asked for. */
  reset(now: number): void {
    this.#watch?.reset(now);
  }

  async #load(): Promise<void> {
    try {
      const loaded = await import("./frame-watch.ts");
      this.#watch = new loaded.FrameWatch({ ...this.#options, onChange: () => this.onChange() });
    } catch {
      // Without network.
      setTimeout(() => this.#load(), LOAD_AFTER_MS);
    }
  }
}
