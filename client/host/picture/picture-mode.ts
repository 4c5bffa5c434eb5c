import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { PictureSource } from "#protocol/messages.ts";
import type { Mode } from "#protocol/wall.ts";
import type { Step } from "../broadcast/history.ts";
import type { HostWall } from "../broadcast/host-wall.ts";
import type { KeptLook } from "./kept-look.ts";

type Shows = Pick<HostWall, "show" | "setShow" | "history">;

interface Before {
  readonly mode: Mode | null;
  /** The step of the host that changed it; undefined if the page was reloaded since. */
  readonly step: Step | undefined;
}

/** Lets the wall show the picture while there is one, and what it showed before when there is none. */
export class PictureMode {
  /** The wall has just begun to show the picture, of which the host is told. */
  readonly isNew = signal(false);
  readonly #wall: Shows;
  readonly #kept: KeptLook;
  #before: Before | undefined;

  /** @param isJoined whether the page knows what the wall shows */
  constructor(
    sent: ReadonlySignal<PictureSource | undefined>,
    wall: Shows,
    isJoined: ReadonlySignal<boolean>,
    kept: KeptLook,
  ) {
    this.#wall = wall;
    this.#kept = kept;
    const before = kept.read();
    let isStart = true;
    effect(() => {
      if (!isStart || !isJoined.value) return;
      isStart = false;
      // The page was left while the wall showed a picture, which has ended with the page.
      if (before) this.#before = { mode: before.mode, step: undefined };
      if (sent.peek() === undefined) untracked(() => this.#end());
    });
    effect(() => {
      const isSent = sent.value !== undefined;
      untracked(() => (isSent ? this.#begin() : this.#end()));
    });
  }

  /** The wall shows what it showed before. */
  undo(): void {
    const before = this.#forget();
    if (!before || this.#wall.show.peek().mode !== "picture") return;
    const { history } = this.#wall;
    if (before.step && history.last.peek() === before.step) history.undo();
    // A look that was chosen right before is part of that step, and comes back by a step of its own.
    this.#wall.setShow({ mode: before.mode });
  }

  #begin(): void {
    const { mode } = this.#wall.show.peek();
    if (this.#before || mode === "picture") return;
    this.#wall.setShow({ mode: "picture" });
    this.#before = { mode, step: this.#wall.history.last.peek() };
    this.#kept.keep({ mode });
    this.isNew.value = true;
  }

  #end(): void {
    const before = this.#forget();
    // The host may have chosen another look meanwhile.
    if (before && this.#wall.show.peek().mode === "picture") this.#wall.setShow({ mode: before.mode });
  }

  #forget(): Before | undefined {
    const before = this.#before;
    this.#before = undefined;
    if (before) this.#kept.keep(undefined);
    this.isNew.value = false;
    return before;
  }
}
