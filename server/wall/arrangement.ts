import { extentOf, FIRST_PLACE } from "../protocol/extent.ts";
import { type Arranged, type Extent, NO_HAND, PLACES, type Screen } from "../protocol/wall.ts";

/** How long an absent screen keeps its place if its host has never changed it. */
const UNTOUCHED_KEPT_MS = 10 * 60_000;
/** Most such screens that are kept. Those that have been absent for longest are removed first. */
const UNTOUCHED_MAX = 500;
/**
 * Absent screens that a wall can keep besides its greatest number of listeners. Beyond that, screens that the
 * host has changed are removed too.
 */
const ABSENT_MAX = 500;

type Area = Pick<Screen, "x" | "y" | "width" | "height">;

interface Entry {
  readonly screen: Screen;
  /** Whether its host has placed or named it. It then keeps its place however long it is absent. */
  touched: boolean;
  /** When it entered or left last. */
  seenAt: number;
}

/** A wall's screens and their places. It does not know which screens are connected. */
export class Arrangement {
  readonly #entries = new Map<string, Entry>();
  readonly #screensMax: number;

  /**
   * @param saved screens, as {@link saved} returned them
   * @param listenersMax most screens that may be there at the same time
   */
  constructor(saved: readonly (Screen & { touched: boolean })[], now: number, listenersMax: number) {
    this.#screensMax = listenersMax + ABSENT_MAX;
    for (const { touched, ...screen } of saved)
      this.#entries.set(screen.id, { screen, touched, seenAt: now });
  }

  /**
   * Adds saved screens that could not be read before. Screens that the host has changed since stay as they
   * are. Other new screens get a new place.
   */
  restore(saved: readonly (Screen & { touched: boolean })[], now: number): void {
    const newer = [...this.#entries.values()];
    this.#entries.clear();
    for (const { touched, ...screen } of saved)
      this.#entries.set(screen.id, { screen, touched, seenAt: now });
    for (const { screen, touched, seenAt } of newer) {
      const number = this.#entries.get(screen.id)?.screen.number ?? this.#nextNumber();
      if (touched) this.#entries.set(screen.id, { screen: { ...screen, number }, touched, seenAt });
    }
    for (const { screen, touched } of newer) {
      const isNamed = screen.name !== nameOf(screen.number);
      if (!touched) this.enter(screen.id, now, isNamed ? screen.name : undefined);
    }
  }

  get screens(): Screen[] {
    return [...this.#entries.values()].map(({ screen }) => screen);
  }

  get(id: string): Screen | undefined {
    return this.#entries.get(id)?.screen;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The smallest rectangle that holds all screens. Without any, the place of the first screen. */
  get extent(): Extent {
    return extentOf(this.screens);
  }

  /**
   * Adds a browser's screen: in its old place or, if it is new, in a free place near the others.
   * @param name its name, unless the host has changed the screen
   */
  enter(id: string, now: number, name?: string): Screen {
    const known = this.#entries.get(id);
    if (known) {
      known.seenAt = now;
      if (name && !known.touched) known.screen.name = name;
      return known.screen;
    }
    const all = this.screens;
    const number = this.#nextNumber();
    const screen: Screen = {
      id,
      number,
      name: name || nameOf(number),
      ...freePlace(all),
      width: 1,
      height: 1,
      band: null,
      locked: false,
      hand: NO_HAND,
    };
    this.#entries.set(id, { screen, touched: false, seenAt: now });
    return screen;
  }

  /** Notes that a screen has left. It keeps its place. */
  leave(id: string, now: number): void {
    const entry = this.#entries.get(id);
    if (entry) entry.seenAt = now;
  }

  /** Changes a screen as the host has arranged it. @returns the screen, if it exists */
  arrange(arranged: Arranged): Screen | undefined {
    const entry = this.#entries.get(arranged.id);
    if (!entry) return undefined;
    entry.touched = true;
    return Object.assign(entry.screen, arranged);
  }

  /** Removes a screen and frees its place. */
  remove(id: string): void {
    this.#entries.delete(id);
  }

  /**
   * Lists the absent screens to remove before another one enters. These are screens that the host has never
   * changed, if they have been absent for too long or are too many. If the wall would still be too large,
   * further absent screens follow, the longest absent first, and those that the host has changed last.
   */
  expired(now: number, isPresent: (id: string) => boolean, entering?: string): string[] {
    const absent = [...this.#entries.values()]
      .filter(({ screen }) => !isPresent(screen.id))
      .toSorted((a, b) => b.seenAt - a.seenAt);
    const untouched = absent.filter(({ touched }) => !touched);
    const old = untouched.filter(({ seenAt }, n) => n >= UNTOUCHED_MAX || now - seenAt > UNTOUCHED_KEPT_MS);
    const added = entering === undefined || this.#entries.has(entering) ? 0 : 1;
    const tooMany = this.size - old.length + added - this.#screensMax;
    if (tooMany > 0) {
      const kept = new Set(untouched).difference(new Set(old));
      const touched = absent.filter((entry) => entry.touched);
      const last = [...touched, ...kept].filter(({ screen }) => screen.id !== entering);
      old.push(...last.slice(-tooMany));
    }
    return old.map(({ screen }) => screen.id);
  }

  /** The screens, as they are saved. */
  saved(): (Screen & { touched: boolean })[] {
    return [...this.#entries.values()].map(({ screen, touched }) => ({ ...screen, touched }));
  }

  #nextNumber(): number {
    return this.screens.reduce((highest, { number }) => Math.max(highest, number), 0) + 1;
  }
}

/** The name of a screen that has not been named. */
function nameOf(number: number): string {
  return `Screen ${number}`;
}

/** The first free place, row by row. If there is none, a new column or, in a wide wall, a new row. */
function freePlace(areas: readonly Area[]): { x: number; y: number } {
  if (areas.length === 0) return FIRST_PLACE;
  const taken = new Set(areas.flatMap(placesOf));
  const extent = extentOf(areas);
  const [left, top] = [Math.floor(extent.x), Math.floor(extent.y)];
  const width = Math.ceil(extent.x + extent.width) - left;
  const height = Math.ceil(extent.y + extent.height) - top;
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) if (!taken.has(y * PLACES + x)) return { x, y };
  }
  const widens = left + width < PLACES && (width <= 2 * height || top + height >= PLACES);
  return widens ? { x: left + width, y: top } : { x: left, y: Math.min(top + height, PLACES - 1) };
}

/** Every place of the grid that an area overlaps. */
function placesOf({ x, y, width, height }: Area): number[] {
  const places: number[] = [];
  for (let row = Math.floor(y); row < y + height; row++) {
    for (let column = Math.floor(x); column < x + width; column++) places.push(row * PLACES + column);
  }
  return places;
}
