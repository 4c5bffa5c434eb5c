import type { Mode } from "#protocol/wall.ts";
import type { Screen } from "../screen.ts";
import type { Look, Place } from "./look.ts";

/** Dresses a screen: loads what draws a mode when it is chosen, and not before. */
export class Wardrobe {
  readonly #screen: Screen;
  readonly #canvas: HTMLCanvasElement;
  readonly #sampleRate: () => number;
  #mode: Mode = "solid";
  #look: Look | undefined;
  #place!: Place;

  /**
   * @param canvas the screen's own, over which scenes are shown
   * @param sampleRate of what the screen hears, Hz
   */
  constructor(screen: Screen, canvas: HTMLCanvasElement, sampleRate: () => number) {
    this.#screen = screen;
    this.#canvas = canvas;
    this.#sampleRate = sampleRate;
  }

  /** Shows this mode, of a wall in which the screen has this place. */
  wear(mode: Mode, place: Place): void {
    this.#place = place;
    if (mode !== this.#mode) void this.#change(mode);
    else if (this.#look) this.#look.place = place;
  }

  async #change(mode: Mode): Promise<void> {
    this.#mode = mode;
    this.#screen.look = this.#look = undefined;
    if (mode === "solid") return;
    // Without the code, as when the network is gone, the light stays solid.
    const loaded = await import("./look.ts").catch(() => undefined);
    if (!loaded || this.#mode !== mode) return;
    this.#look = new loaded.Look(mode, this.#canvas, this.#sampleRate);
    this.#look.place = this.#place;
    this.#screen.look = this.#look;
  }
}
