import { signal } from "@preact/signals";
import type { ClientMessage, ServerMessage } from "../../server/protocol/messages.ts";
import { type Arranged, FIRST_SHOW, type ScreenSeen, type Show } from "../../server/protocol/wall.ts";

/** The wall as its host sees it and sets it. */
export class Wall {
  /** What all screens do, as the server last said. */
  readonly show = signal<Show>(FIRST_SHOW);
  /** All screens by id, also those that are away. */
  readonly screens = signal<ReadonlyMap<string, ScreenSeen>>(new Map());
  readonly #send: (message: ClientMessage) => boolean;

  /** @param send says it to the server; false where that cannot be reached */
  constructor(send: (message: ClientMessage) => boolean) {
    this.#send = send;
  }

  /** The server is about to tell all there is. */
  begin(show: Show): void {
    this.show.value = show;
    this.screens.value = new Map();
  }

  /** Takes what the server says of screens and show; anything else is passed over. */
  receive(message: ServerMessage): void {
    switch (message.type) {
      case "screens":
        this.#see(message.screens);
        return;
      case "screen-removed":
        this.screens.value = new Map([...this.screens.peek()].filter(([id]) => id !== message.id));
        return;
      case "show":
        this.show.value = message.show;
    }
  }

  /** Changes what all screens do. */
  setShow(change: Partial<Show>): void {
    this.#send({ type: "set-show", show: { ...this.show.peek(), ...change } });
  }

  /** Places, names or sets screens. */
  arrange(...screens: readonly ScreenSeen[]): void {
    if (this.#send({ type: "arrange", screens: screens.map(arranged) })) this.#see(screens);
  }

  /** Frees the place of a screen that is away. */
  removeScreen(id: string): void {
    this.#send({ type: "remove-screen", id });
  }

  /** Makes a screen, or all of them, show number and name. */
  identify(id?: string): void {
    this.#send({ type: "identify", ...(id !== undefined && { id }) });
  }

  #see(screens: readonly ScreenSeen[]): void {
    this.screens.value = new Map([
      ...this.screens.peek(),
      ...screens.map((screen) => [screen.id, screen] as const),
    ]);
  }
}

/** What of a screen is the host's to set. */
function arranged({ number, present, ...rest }: ScreenSeen): Arranged {
  return rest;
}
