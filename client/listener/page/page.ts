import type { Ear } from "../ear/ear.ts";
import type { ConnectionStatus } from "../join/connection.ts";
import type { Delivery } from "../pace/delivery.ts";
import type { Painter } from "../paint/painter.ts";
import { byId } from "./element.ts";
import type { Person } from "./person.ts";
import { type State, stateOf } from "./status.ts";
import { say, texts } from "./words.ts";

/** When a page begins to keep the screen on: after the first light, ms. */
const AWAKE_AFTER_MS = 1_000;

export interface PageListener {
  /** A person is here: what browsers allow only then begins. */
  onTap(): void;
  onPassword(password: string): void;
}

/** What of a screen's parts the page shows. */
export interface Shown {
  readonly painter: Pick<Painter, "isSounding" | "part">;
  readonly ear: Pick<Ear, "isBlocked">;
  readonly delivery: Pick<Delivery, "isOverSocket">;
}

/** What the page shows besides light, and what a tap on it begins. */
export class Page {
  /** To be set in the task in which this is made. */
  listener!: PageListener;
  readonly #person: Person;
  readonly #isKiosk: boolean;
  #state: State | undefined;
  /** Loaded at once where it is needed: later, an outdated page would not find it. */
  readonly #kiosk: Promise<typeof import("./kiosk.ts")> | undefined;

  constructor(person: Person) {
    this.#person = person;
    this.#isKiosk = person.settings.kiosk;
    addEventListener("click", (event) => this.#press(event));
    addEventListener("keydown", (event) => this.#press(event));
    void texts.then((loaded) => loaded?.attachForms((password) => this.listener.onPassword(password)));
    void keepAwakeLater();
    if (!this.#isKiosk) return;
    document.documentElement.dataset.kiosk = "";
    this.#kiosk = import("./kiosk.ts");
  }

  /** Shows what is the case. */
  show(
    { refusal, joined, room, peer }: ConnectionStatus,
    { painter: { part, isSounding }, ear, delivery }: Shown,
  ): void {
    byId("over-socket").hidden = !delivery.isOverSocket;
    void this.#person.offer(part, !refusal, joined);
    byId("title").textContent = room?.title ?? "";
    document.documentElement.dataset.peer = peer;
    const state = stateOf({
      refusal,
      joined,
      room,
      locked: part.locked,
      blocked: ear.isBlocked,
      sounding: isSounding,
    });
    if (state === this.#state) return;
    this.#state = state;
    void say(state);
    if (state === "outdated") this.#kiosk?.then(({ reloadWhenServed }) => reloadWhenServed());
  }

  #press(event: Event): void {
    this.listener.onTap();
    this.#person.press(event);
  }
}

/** Keeps the screen on, and tries again where the server does not deliver what that needs. */
async function keepAwakeLater(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, AWAKE_AFTER_MS));
  const wake = await import("./wake.ts").catch(() => undefined);
  if (wake) wake.keepAwake();
  else await keepAwakeLater();
}
