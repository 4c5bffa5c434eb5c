import { computed, signal } from "@preact/signals";
import type { ClientMessage, ServerMessage } from "#protocol/messages.ts";
import { type Arranged, FIRST_SHOW, type ScreenSeen, type Show } from "#protocol/wall.ts";
import { fftSizeFor } from "../../light/band.ts";
import type { Measure } from "../../light/level.ts";
import { weightsOf } from "../../light/level.ts";
import { SAMPLE_RATE_HZ } from "./uplink.ts";

/** The shortest time between two changes of the show that are sent. */
const SEND_INTERVAL_MS = 80;

/** The console's copy of the wall: its screens and its show, with the host's changes. */
export class HostWall {
  /** What all screens show: as last received, with the changes made here since. */
  readonly show = signal<Show>(FIRST_SHOW);
  /** The gain of the song as last measured, dB. */
  readonly gainDb = signal(0);
  readonly #weighting = computed(() => this.show.value.weighting);
  /** The weight of each bin of the spectrum, by the loudness weighting of the show. */
  readonly weights = computed(() =>
    weightsOf(this.#weighting.value, SAMPLE_RATE_HZ, fftSizeFor(SAMPLE_RATE_HZ)),
  );
  /** How all screens compute levels from the spectrum. */
  readonly measure = computed<Measure>(() => ({
    weights: this.weights.value,
    gainDb: this.show.value.gainDb ?? this.gainDb.value,
  }));
  /** All screens by id, also those that are not connected. */
  readonly screens = signal<ReadonlyMap<string, ScreenSeen>>(new Map());
  /** Changes of the show that the server has not confirmed yet. */
  #unconfirmed = 0;
  /** Runs after a change was sent. Later changes are sent together when it ends. */
  #pause: ReturnType<typeof setTimeout> | undefined;
  #changed = false;
  readonly #send: (message: ClientMessage) => boolean;

  /** @param send returns false if the server cannot be reached */
  constructor(send: (message: ClientMessage) => boolean) {
    this.#send = send;
  }

  /** Starts from the state that the server sends after a join; the screens follow. */
  begin(show: Show, gainDb: number): void {
    this.show.value = show;
    this.#unconfirmed = 0;
    this.#changed = false;
    this.gainDb.value = gainDb;
    this.screens.value = new Map();
  }

  /** Handles messages about screens and show, and ignores all others. */
  receive(message: ServerMessage): void {
    switch (message.type) {
      case "screens":
        this.#see(message.screens);
        return;
      case "screen-removed":
        this.screens.value = new Map([...this.screens.peek()].filter(([id]) => id !== message.id));
        return;
      case "show":
        // The confirmation of an older change would undo the newer ones.
        this.#unconfirmed = Math.max(this.#unconfirmed - 1, 0);
        if (this.#unconfirmed === 0 && !this.#changed) this.show.value = message.show;
        return;
      case "error":
        if (message.answers === "set-show") this.#unconfirmed = 0;
    }
  }

  /** Changes what all screens show. */
  setShow(change: Partial<Show>): void {
    this.show.value = { ...this.show.peek(), ...change };
    if (this.#pause === undefined) this.#sendShow();
    else this.#changed = true;
  }

  /** Sends the show, and starts the pause: a slider that is dragged changes in every animation frame. */
  #sendShow(): void {
    this.#changed = false;
    if (this.#send({ type: "set-show", show: this.show.peek() })) this.#unconfirmed += 1;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (this.#changed) this.#sendShow();
    }, SEND_INTERVAL_MS);
  }

  /** Sets the measured gain. It has no effect while the show has a fixed one. */
  setGain(gainDb: number): void {
    this.gainDb.value = gainDb;
    this.#send({ type: "set-gain", gainDb });
  }

  /** Changes screens' places, names or settings. */
  arrange(...screens: readonly ScreenSeen[]): void {
    if (this.#send({ type: "arrange", screens: screens.map(arranged) })) this.#see(screens);
  }

  /** Removes a screen that is not connected. */
  removeScreen(id: string): void {
    this.#send({ type: "remove-screen", id });
  }

  /** Makes a screen, or all screens, show number and name. */
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

/** The part of a screen that the host can set. */
function arranged({ number, present, chosen, ...rest }: ScreenSeen): Arranged {
  return rest;
}
