import type { ClientMessage } from "#protocol/messages.ts";
import type { Chosen } from "#protocol/wall.ts";

/** A choice is told so long after it was made: a slider that is dragged chooses all the time; ms. */
const CHOICE_MS = 250;

/** What was chosen at this screen, for the host to know. */
export class Choice {
  readonly #send: (message: ClientMessage) => boolean;
  #chosen: Chosen | undefined;
  #told = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param send says it to the server; false where that cannot be reached */
  constructor(send: (message: ClientMessage) => boolean) {
    this.#send = send;
  }

  /** Tells it soon, if it is new. */
  set(chosen: Chosen): void {
    this.#chosen = chosen;
    this.#timer ??= setTimeout(() => this.#tell(), CHOICE_MS);
  }

  /** Tells it anew, to a server that does not know it. */
  repeat(): void {
    this.#told = "";
    this.#tell();
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = JSON.stringify(this.#chosen);
    if (!this.#chosen || text === this.#told) return;
    if (this.#send({ type: "choose", ...this.#chosen })) this.#told = text;
  }
}
