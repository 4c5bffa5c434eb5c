import type { Dealt } from "../protocol/wall.ts";

/** Bands that are dealt at most: more of them would each be too narrow to have a beat of its own. */
const BANDS_MAX = 8;

/**
 * Deals the bands from low to high over the screens that are there, in the order of their numbers. While
 * there are few, everyone's band changes with every screen that comes or goes, so that each band belongs to
 * somebody. In a larger wall only the one that comes gets a band: the one that fewest have.
 */
export class Deal {
  readonly #dealt = new Map<string, Dealt>();

  /** What a screen has; the whole if it is not there. */
  of(id: string): Dealt {
    return this.#dealt.get(id) ?? { index: 0, of: 1 };
  }

  /**
   * Deals to a screen that has come.
   * @param present gives the ids of all that are there, in the order of their numbers
   * @returns the ids whose band has changed, this one among them
   */
  enter(id: string, present: () => readonly string[]): string[] {
    if (this.#dealt.size < BANDS_MAX) return this.#deal(present());
    const counts = Array.from({ length: BANDS_MAX }, () => 0);
    for (const [other, { index }] of this.#dealt) if (other !== id) counts[index]! += 1;
    this.#dealt.set(id, { index: counts.indexOf(Math.min(...counts)), of: BANDS_MAX });
    return [id];
  }

  /** Deals again after a screen has gone. Arguments and result as of {@link enter}. */
  leave(id: string, present: () => readonly string[]): string[] {
    this.#dealt.delete(id);
    return this.#dealt.size < BANDS_MAX ? this.#deal(present()) : [];
  }

  #deal(present: readonly string[]): string[] {
    return present.filter((id, index) => {
      const before = this.#dealt.get(id);
      this.#dealt.set(id, { index, of: present.length });
      return before?.index !== index || before.of !== present.length;
    });
  }
}
