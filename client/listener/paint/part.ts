import {
  type Chosen,
  type Dealt,
  type Extent,
  FIRST_SHOW,
  type Hand,
  NO_HAND,
  type Screen,
  type Show,
} from "#protocol/wall.ts";
import type { Band } from "../../light/band.ts";
import { bandOf, spotOf } from "../../light/layout.ts";
import { handOf, type ScreenTask, type SpectrumShape, taskOf } from "../../light/screen-light.ts";
import type { Limits } from "./limits.ts";

/** Where a screen is before the wall has said so: alone. */
const ALONE: Extent = { x: 0, y: 0, width: 1, height: 1 };
const UNPLACED = { ...ALONE, id: "", band: null, dealt: { index: 0, of: 1 }, hand: NO_HAND };

/** What may change, from a time of the wall clock on. */
export interface Change {
  at: number;
  show?: Show;
  place?: { screen: Screen; dealt: Dealt; extent: Extent; alone: boolean };
}

/**
 * This screen's part in the wall: what the host wants of all screens and of this one, each change from its
 * time on.
 */
export class Part {
  show: Show = FIRST_SHOW;
  /** The time of the wall clock, ms; undefined while it is not known. */
  wall!: () => number | undefined;
  /** The screen as it is or soon will be. */
  newest: Screen | undefined;
  #screen: (Screen & { dealt: Dealt }) | undefined;
  #extent = ALONE;
  #alone = true;
  #coming: Change[] = [];

  /** Takes a change that is to take effect when the wall clock says `at`. */
  add(change: Change): void {
    this.#coming.push(change);
    this.newest = change.place?.screen ?? this.newest;
  }

  /** Brings into effect what is due. Where the wall clock is not known yet, everything is. */
  advance(wall: number | undefined): boolean {
    const due = this.#coming.filter(({ at }) => wall === undefined || at <= wall);
    if (due.length === 0) return false;
    this.#coming = this.#coming.filter((change) => !due.includes(change));
    for (const { show, place } of due) {
      if (show) this.show = show;
      if (place) {
        this.#screen = { ...place.screen, dealt: place.dealt };
        this.#extent = place.extent;
        this.#alone = place.alone;
      }
    }
    return true;
  }

  /** Whether changes wait for their time. */
  get changing(): boolean {
    return this.#coming.length > 0;
  }

  /** What to show, where the person here has chosen this and light may move within these limits. */
  task(chosen: Chosen, limits: Limits, shape: SpectrumShape): ScreenTask {
    return taskOf({ ...this.show, ...limits }, this.place, chosen, shape);
  }

  /** Where it is in the wall. */
  get place() {
    return {
      screen: this.#screen ?? UNPLACED,
      extent: this.#extent,
      show: this.show,
      alone: this.#alone,
    };
  }

  /** The band that the wall gives this screen, if it gives one. */
  get band(): Band | undefined {
    return (
      this.#screen && bandOf(this.#screen, spotOf(this.#screen, this.#extent, this.show.origin), this.show)
    );
  }

  /** Whether the person here may choose another band than the wall gives. */
  get mayChooseBand(): boolean {
    return this.show.ownBands && (this.show.pattern === "bands" || this.show.pattern === "sweep");
  }

  get locked(): boolean {
    return this.#screen?.locked ?? false;
  }

  /** What the host does by hand, to all screens and to this one together. */
  get hand(): Hand {
    return handOf(this.show.hand, this.#screen?.hand ?? NO_HAND);
  }
}
