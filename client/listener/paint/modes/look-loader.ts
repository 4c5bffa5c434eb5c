import type { Mode } from "#protocol/wall.ts";
import type { Screen } from "../screen.ts";
import type { Look, Place } from "./look.ts";

/** Gives a screen its look. Loads the code of a look only when it is chosen. */
export class LookLoader {
  readonly #screen: Screen;
  readonly #canvas: HTMLCanvasElement;
  readonly #sampleRate: () => number;
  #mode: Mode = "solid";
  #look: Look | undefined;
  #place!: Place;

  /**
   * @param canvas of the screen; pictures are shown over it
   * @param sampleRate returns the sample rate of the spectra, Hz
   */
  constructor(screen: Screen, canvas: HTMLCanvasElement, sampleRate: () => number) {
    this.#screen = screen;
    this.#canvas = canvas;
    this.#sampleRate = sampleRate;
  }

  /** Shows a mode at the screen's place in the wall. */
  show(mode: Mode, place: Place): void {
    this.#place = place;
    if (mode !== this.#mode) void this.#change(mode);
    else if (this.#look) this.#look.place = place;
  }

  async #change(mode: Mode): Promise<void> {
    this.#mode = mode;
    if (mode === "solid") this.#screen.look = this.#look = undefined;
    else if (this.#look) this.#look.mode = mode;
    if (mode === "solid" || this.#look) return;
    // If the code cannot be loaded, as without network, the screen keeps its solid colour.
    const loaded = await import("./look.ts").catch(() => undefined);
    if (!loaded || this.#mode !== mode) return;
    this.#look = new loaded.Look(mode, this.#canvas, this.#sampleRate);
    this.#look.place = this.#place;
    this.#screen.look = this.#look;
  }
}
