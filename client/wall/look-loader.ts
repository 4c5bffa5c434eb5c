import type { Mode } from "#protocol/wall.ts";
import type { Look, LookOptions, Place } from "./shown-look.ts";

/** Opens the look of a mode. Loads the code of a look only when it is chosen. */
export class LookLoader {
  readonly #options: LookOptions;
  readonly #onChange: (look: Look | undefined) => void;
  #mode: Mode = "solid";
  #look: Look | undefined;
  #place!: Place;

  /** @param onChange takes the look to show from now on, undefined for none, and disposes the one before */
  constructor(options: LookOptions, onChange: (look: Look | undefined) => void) {
    this.#options = options;
    this.#onChange = onChange;
  }

  /** Shows a mode at a place in the wall. */
  show(mode: Mode, place: Place): void {
    this.#place = place;
    if (mode !== this.#mode) void this.#change(mode);
    else if (this.#look) this.#look.place = place;
  }

  async #change(mode: Mode): Promise<void> {
    this.#mode = mode;
    if (mode === "solid") this.#set(undefined);
    else if (this.#look) this.#look.mode = mode;
    if (mode === "solid" || this.#look) return;
    // If the code cannot be loaded, as without network, the light stays solid.
    const loaded = await import("./shown-look.ts").catch(() => undefined);
    if (!loaded || this.#mode !== mode) return;
    const look = new loaded.Look(mode, this.#options);
    look.place = this.#place;
    this.#set(look);
  }

  #set(look: Look | undefined): void {
    this.#look = look;
    this.#onChange(look);
  }
}
