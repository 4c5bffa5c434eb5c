import { now } from "../clock.ts";

/** Shortest time between two requests for a key frame of one layer, ms: each costs a large picture. */
const REQUEST_SPACING_MS = 350;

/** Gathers the wishes of many listeners for a key frame: few requests are sent, and no wish is lost. */
export class KeyframeRequests {
  readonly #send: () => void;
  #sentAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** @param send sends one request to the host, or towards it */
  constructor(send: () => void) {
    this.#send = send;
  }

  /** A listener needs a key frame: one is requested now, or as soon as the spacing allows it. */
  wish(): void {
    if (this.#timer) return;
    const wait = this.#sentAt + REQUEST_SPACING_MS - now();
    if (wait <= 0) this.#request();
    else this.#timer = setTimeout(() => this.#request(), wait).unref();
  }

  /** Requests nothing more; idempotent. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #request(): void {
    this.close();
    this.#sentAt = now();
    this.#send();
  }
}
