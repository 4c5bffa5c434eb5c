import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { PictureSource } from "#protocol/messages.ts";
import type { Mode } from "#protocol/wall.ts";
import type { Step } from "../broadcast/history.ts";
import type { HostWall } from "../broadcast/host-wall.ts";

type Shows = Pick<HostWall, "show" | "setShow" | "history">;

/** Lets the wall show the picture while there is one, and what it showed before when there is none. */
export class PictureMode {
  /** The wall has just begun to show the picture, of which the host is told. */
  readonly isNew = signal(false);
  readonly #wall: Shows;
  #before: { readonly mode: Mode | null; readonly step: Step | undefined } | undefined;

  constructor(sent: ReadonlySignal<PictureSource | undefined>, wall: Shows) {
    this.#wall = wall;
    effect(() => {
      const isSent = sent.value !== undefined;
      untracked(() => (isSent ? this.#begin() : this.#end()));
    });
  }

  /** The wall shows what it showed before. */
  undo(): void {
    const before = this.#before;
    this.#before = undefined;
    this.isNew.value = false;
    if (!before || this.#wall.show.peek().mode !== "picture") return;
    const { history } = this.#wall;
    if (history.last.peek() === before.step) history.undo();
    else this.#wall.setShow({ mode: before.mode });
  }

  #begin(): void {
    const { mode } = this.#wall.show.peek();
    if (this.#before || mode === "picture") return;
    this.#wall.setShow({ mode: "picture" });
    this.#before = { mode, step: this.#wall.history.last.peek() };
    this.isNew.value = true;
  }

  #end(): void {
    const before = this.#before;
    this.#before = undefined;
    this.isNew.value = false;
    // The host may have chosen another look meanwhile.
    if (before && this.#wall.show.peek().mode === "picture") this.#wall.setShow({ mode: before.mode });
  }
}
