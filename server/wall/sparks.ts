import type { WallOptions } from "./wall-options.ts";

/** The shortest time between two messages with sparks, ms. A screen has one spark in each at most. */
const INTERVAL_MS = 250;
/** Most sparks of one message: a host could not tell more apart. */
const SPARKS_MAX = 100;

/** Tells the host and programs on which screens people have tapped: a bounded number of times a second. */
export class Sparks {
  readonly #sendToHost: WallOptions["sendToHost"];
  readonly #screens = new Set<string>();
  /** Runs after a message was sent. Later sparks are sent together when it ends. */
  #pause: NodeJS.Timeout | undefined;

  constructor(sendToHost: WallOptions["sendToHost"]) {
    this.#sendToHost = sendToHost;
  }

  /** @param screen its id */
  add(screen: string): void {
    if (this.#screens.size < SPARKS_MAX) this.#screens.add(screen);
    if (!this.#pause) this.#send();
  }

  #send(): void {
    this.#pause = undefined;
    if (this.#screens.size === 0) return;
    this.#sendToHost({ type: "sparks", screens: [...this.#screens] });
    this.#screens.clear();
    this.#pause = setTimeout(() => this.#send(), INTERVAL_MS).unref();
  }
}
