import { nameOfBand } from "../../light/band.ts";
import { paletteOf } from "../../light/colour.ts";
import type { Wishes } from "../paint/painter.ts";
import type { Part } from "../paint/part.ts";
import { Controls } from "./controls.ts";
import { byId } from "./element.ts";
import { memory } from "./memory.ts";
import { readSettings, type ScreenSettings, writeLooks, writeQuery } from "./settings.ts";
import { canFillScreen, toggleFullScreen } from "./wake.ts";

export interface PersonOptions {
  /** Something was chosen. */
  onChange(): void;
  onSound(isWanted: boolean): void;
}

/** What the person at this screen has chosen, and the controls for it. */
export class Person {
  settings: ScreenSettings = readSettings(location.search, memory.recall("settings"));
  readonly #controls: Controls;
  /** A band was chosen here although the wall gives one. */
  #keepsBand = this.settings.kiosk && nameOfBand(this.settings.band) !== "all";
  /** Flashes stay limited here although the host has lifted the limit. */
  #keepsSafe = memory.recall("safe") === "yes";

  constructor({ onChange, onSound }: PersonOptions) {
    this.#controls = new Controls({
      settings: this.settings,
      onSettings: (changed) => {
        if (changed.band !== this.settings.band) this.#keepsBand = true;
        this.settings = changed;
        this.#remember();
        onChange();
      },
      onSound,
      onFullScreen: canFillScreen() ? toggleFullScreen : undefined,
    });
    byId("follow").addEventListener("click", () => {
      this.#keepsBand = false;
      onChange();
    });
    byId("safe").addEventListener("click", () => {
      this.#keepsSafe = !this.#keepsSafe;
      memory.keep("safe", this.#keepsSafe ? "yes" : "no");
      onChange();
    });
    this.#remember();
  }

  /** What of the choices made here the wall leaves to this screen. */
  wishes(part: Part): Wishes {
    const { show } = part;
    const isOwnBand = !part.band || (this.#keepsBand && part.mayChooseBand);
    return {
      chosen: {
        band: isOwnBand ? this.settings.band : null,
        palette: paletteOf(show) ? null : this.settings.palette,
      },
      safety: this.#keepsSafe && show.safety === "off" ? "wall" : show.safety,
      mode: show.mode ?? this.settings.mode,
    };
  }

  /** Shows the controls for a while. */
  showControls(): void {
    this.#controls.show();
  }

  /** Shows the controls for what this screen may choose. */
  offer(part: Part, { isEnabled, isShown }: { isEnabled: boolean; isShown: boolean }): void {
    const { show } = part;
    const { chosen } = this.wishes(part);
    this.#controls.enabled = isEnabled;
    this.#controls.offer({
      band: !part.band || part.mayChooseBand,
      palette: !paletteOf(show),
      mode: show.mode === null,
    });
    byId("follow").hidden = !part.band || chosen.band === null;
    byId("message").textContent = part.hand.text;
    byId("flashes").hidden = show.safety !== "off" || !isShown;
    byId("safe").ariaChecked = String(this.#keepsSafe);
  }

  #remember(): void {
    history.replaceState(null, "", writeQuery(this.settings));
    memory.keep("settings", writeLooks(this.settings));
  }
}
