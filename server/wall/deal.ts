import { DEALT_MAX, dealOrderOf, positionOf } from "../protocol/deal.ts";
import type { Dealt, Extent, Rule, Screen } from "../protocol/wall.ts";

const WHOLE: Dealt = { index: 0, of: 1 };

/**
 * Deals the bands from low to high over the screens that are there. A few screens share the spectrum, so that
 * each band belongs to somebody: the band of each changes with every screen that comes or goes. In a larger
 * wall, what a screen is dealt follows from its place, so that a crowd that joins changes nobody's band
 * unless the wall itself grows.
 */
export class Deal {
  /** By screen id; undefined in a larger wall. */
  #few: Map<string, Dealt> | undefined = new Map();
  #rule: Rule = "rows";

  /** What a screen has, the whole if it is not there; null if that follows from its place. */
  of(id: string): Dealt | null {
    return this.#few ? (this.#few.get(id) ?? WHOLE) : null;
  }

  /**
   * Deals anew after a screen has come, gone or moved, and after the rule has changed.
   * @param count screens that are there
   * @param present gives these screens
   * @returns ids of screens whose band has changed; without those that it has changed for because the extent
   *   of a larger wall has
   */
  deal(count: number, present: () => readonly Screen[], extent: Extent, rule: Rule): readonly string[] {
    const [former, formerRule] = [this.#few, this.#rule];
    this.#rule = rule;
    if (count > DEALT_MAX) {
      this.#few = undefined;
      return former || rule !== formerRule ? present().map(({ id }) => id) : [];
    }
    const order = dealOrderOf(rule);
    const sorted = present()
      // A band must not belong to a screen that stays dark.
      .filter(({ locked }) => !locked)
      .map((screen) => ({ screen, position: positionOf(screen, extent, order) }))
      .sort((a, b) => a.position - b.position || a.screen.number - b.screen.number);
    const few = new Map(sorted.map(({ screen }, index) => [screen.id, { index, of: sorted.length }]));
    this.#few = few;
    return [...new Set([...few.keys(), ...(former ?? few).keys()])].filter((id) => {
      const [before, now] = [former?.get(id), few.get(id)];
      return before?.index !== now?.index || before?.of !== now?.of;
    });
  }
}
