import type { ClientMessage } from "#protocol/messages.ts";
import type { Chosen } from "#protocol/wall.ts";

/** How long a choice waits before it is sent: a dragged slider makes many. */
const SEND_DELAY_MS = 250;

/** Sends the server what was chosen at this screen, for the host. */
export class Choice {
  readonly #send: (message: ClientMessage) => boolean;
  #chosen: Chosen | undefined;
  #sent = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param send returns false if the server cannot be reached */
  constructor(send: (message: ClientMessage) => boolean) {
    this.#send = send;
  }

  /** Sends a choice soon, if it is new. */
  set(chosen: Chosen): void {
    this.#chosen = chosen;
    this.#timer ??= setTimeout(() => this.#sendNow(), SEND_DELAY_MS);
  }

  /** Sends the choice again, to a server that does not know it. */
  repeat(): void {
    this.#sent = "";
    this.#sendNow();
  }

  #sendNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = JSON.stringify(this.#chosen);
    if (!this.#chosen || text === this.#sent) return;
    if (this.#send({ type: "choose", ...this.#chosen })) this.#sent = text;
  }
}

let choice: Choice | undefined;
let wasJoined = false;

/**
 * Tells the host what was chosen at this screen, if it is new, and again to a server that the page has joined
 * just now.
 */
export function tellChoice(chosen: Chosen, joined: boolean, send: (message: ClientMessage) => boolean): void {
  choice ??= new Choice(send);
  choice.set(chosen);
  if (joined && !wasJoined) choice.repeat();
  wasJoined = joined;
}
