import { isDealOrder } from "#protocol/deal-orders.ts";
import { nameOfBand } from "../../light/band.ts";
import { paletteOf } from "../../light/colour.ts";
import { memory } from "../join/memory.ts";
import { limitsOf } from "../paint/limits.ts";
import type { Wishes } from "../paint/painter.ts";
import type { Part } from "../paint/part.ts";
import type { Controlled, Controls } from "./controls.ts";
import { byId } from "./element.ts";
import { readSettings, type ScreenSettings } from "./settings.ts";
import { texts } from "./words.ts";

/** When the controls are loaded if nobody taps sooner: after the first light, ms. */
const CONTROLS_AFTER_MS = 1_000;

export interface PersonListener extends Controlled {
  /** Something was chosen. */
  onChange(): void;
}

/** What the person at this screen has chosen, and the controls for it. */
export class Person {
  settings: ScreenSettings = readSettings(location.search, memory.recall("settings"));
  /** To be set in the task in which this is made. */
  listener!: PersonListener;
  /** Loaded later, because no light waits for them. */
  #controls: Promise<Controls> | undefined;
  /** A band was chosen here although the wall gives one. */
  #keepsBand = this.settings.kiosk && nameOfBand(this.settings.band) !== "all";
  /** Flashes stay limited here although the host has lifted the limit. */
  #keepsSafe = memory.recall("safe") === "yes";

  constructor() {
    setTimeout(() => void this.#loadControls(), CONTROLS_AFTER_MS);
    byId("safe").addEventListener("click", () => {
      this.#keepsSafe = !this.#keepsSafe;
      memory.keep("safe", this.#keepsSafe ? "yes" : "no");
      this.listener.onChange();
    });
  }

  /** What of the choices made here the wall leaves to this screen. */
  wishes(part: Part): Wishes {
    const { show } = part;
    // A band that is dealt gives way to one that this person has ever chosen.
    const isChosen = this.#keepsBand || (isDealOrder(show.rule) && nameOfBand(this.settings.band) !== "all");
    const isOwnBand = !part.band || (isChosen && part.mayChooseBand);
    return {
      chosen: {
        band: isOwnBand ? this.settings.band : null,
        palette: paletteOf(show) ? null : this.settings.palette,
      },
      limits: limitsOf(show, matchMedia("(prefers-reduced-motion: reduce)").matches, this.#keepsSafe),
      mode: show.mode ?? this.settings.mode,
    };
  }

  /** Opens or closes the controls where a press of the pointer or of a key asks for it. */
  async press(event: Event): Promise<void> {
    (await this.#loadControls())?.pressed(event);
  }

  /**
   * Shows the host's words, offers what this screen may choose, and tells the host what it has chosen.
   * @param isInWall whether the page is not refused
   * @param joined whether it is connected too
   */
  async offer(part: Part, isInWall: boolean, joined: boolean): Promise<void> {
    const loaded = await texts;
    const isUnsafe = isInWall && part.show.safety === "off";
    const wishes = this.wishes(part);
    loaded?.showOffered(part, wishes, isUnsafe, this.#keepsSafe);
    loaded?.tellChoice(wishes.chosen, joined, this.listener.send);
    loaded?.showText(part);
  }

  /** Resolves to undefined if the server does not deliver them now; another tap tries again. */
  async #loadControls(): Promise<Controls | undefined> {
    this.#controls ??= this.#buildControls();
    try {
      return await this.#controls;
    } catch {
      this.#controls = undefined;
      return;
    }
  }

  async #buildControls(): Promise<Controls> {
    const [{ makeControls }] = await Promise.all([import("./controls.ts"), this.listener.sound.load()]);
    const controls = await makeControls({
      settings: this.settings,
      listener: this.listener,
      onSettings: (changed) => this.#choose(changed),
      onFollow: () => {
        this.#keepsBand = false;
        this.listener.onChange();
      },
    });
    // They show what is the case now.
    this.listener.onChange();
    return controls;
  }

  #choose(changed: ScreenSettings): void {
    if (changed.band !== this.settings.band) this.#keepsBand = true;
    this.settings = changed;
    this.listener.onChange();
  }
}
