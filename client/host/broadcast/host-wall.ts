import { computed, signal } from "@preact/signals";
import type { ClientMessage, ServerMessage } from "#protocol/messages.ts";
import { type Arranged, FIRST_SHOW, type ScreenSeen, type Show } from "#protocol/wall.ts";
import { fftSizeFor } from "../../light/band.ts";
import type { Measure } from "../../light/level.ts";
import { weightsOf } from "../../light/weighting.ts";
import { SAMPLE_RATE_HZ } from "./uplink.ts";

/** Between two changes of the show, ms. */
const PAUSE_MS = 80;

/** The wall as its host sees it and sets it. */
export class HostWall {
  /** What all screens do: as the server last said, and as was changed here since. */
  readonly show = signal<Show>(FIRST_SHOW);
  /** What the song needs its levels raised by, as last measured, dB. */
  readonly gainDb = signal(0);
  readonly #weighting = computed(() => this.show.value.weighting);
  /** How much each bin of what leaves weighs. */
  readonly weights = computed(() =>
    weightsOf(this.#weighting.value, SAMPLE_RATE_HZ, fftSizeFor(SAMPLE_RATE_HZ)),
  );
  /** How loud sounds count on all screens. */
  readonly measure = computed<Measure>(() => ({
    weights: this.weights.value,
    gainDb: this.show.value.gainDb ?? this.gainDb.value,
  }));
  /** All screens by id, also those that are away. */
  readonly screens = signal<ReadonlyMap<string, ScreenSeen>>(new Map());
  /** Changes of the show that the server has not repeated yet. */
  #unheard = 0;
  /** Runs after a change was sent; what changes meanwhile is sent at its end. */
  #pause: ReturnType<typeof setTimeout> | undefined;
  #changed = false;
  readonly #send: (message: ClientMessage) => boolean;

  /** @param send says it to the server; false where that cannot be reached */
  constructor(send: (message: ClientMessage) => boolean) {
    this.#send = send;
  }

  /** The server is about to tell all there is. */
  begin(show: Show, gainDb: number): void {
    this.show.value = show;
    this.#unheard = 0;
    this.#changed = false;
    this.gainDb.value = gainDb;
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
        // An older one than was sent last would undo that for a moment, or for good with the next change.
        this.#unheard = Math.max(this.#unheard - 1, 0);
        if (this.#unheard === 0 && !this.#changed) this.show.value = message.show;
        return;
      case "error":
        if (message.answers === "set-show") this.#unheard = 0;
    }
  }

  /** Changes what all screens do. */
  setShow(change: Partial<Show>): void {
    this.show.value = { ...this.show.peek(), ...change };
    if (this.#pause === undefined) this.#sendShow();
    else this.#changed = true;
  }

  /** At once, and then no more for a moment: a slider that is dragged changes with every frame. */
  #sendShow(): void {
    this.#changed = false;
    if (this.#send({ type: "set-show", show: this.show.peek() })) this.#unheard += 1;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (this.#changed) this.#sendShow();
    }, PAUSE_MS);
  }

  /** Raises all levels by what was measured, dB, unless the show says otherwise. */
  setGain(gainDb: number): void {
    this.gainDb.value = gainDb;
    this.#send({ type: "set-gain", gainDb });
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
function arranged({ number, present, chosen, ...rest }: ScreenSeen): Arranged {
  return rest;
}
