import { extentOf, FIRST_PLACE } from "../protocol/extent.ts";
import { type Arranged, type Extent, NO_HAND, PLACES, type Screen } from "../protocol/wall.ts";

/** How long a screen that its host never touched keeps its place after it has gone, ms. */
const PASSING_KEPT = 10 * 60_000;
/** Most of these kept; who was away longest goes first. */
const PASSING_MAX = 500;
/**
 * Screens that can be away from a wall with all its listeners before those its host touched are forgotten
 * too.
 */
const AWAY_MIN = 500;

type Area = Pick<Screen, "x" | "y" | "width" | "height">;

interface Entry {
  readonly screen: Screen;
  /** Its host has placed or named it: it keeps its place however long it is away. */
  touched: boolean;
  /** When it was last there. */
  seen: number;
}

/** A wall's screens and their places. Knows nothing of who is connected. */
export class Arrangement {
  readonly #entries = new Map<string, Entry>();
  readonly #most: number;

  /**
   * @param saved screens as {@link saved} gave them
   * @param listenersMax screens that may be there at the same time
   */
  constructor(saved: readonly (Screen & { touched: boolean })[], now: number, listenersMax: number) {
    this.#most = listenersMax + AWAY_MIN;
    for (const { touched, ...screen } of saved) this.#entries.set(screen.id, { screen, touched, seen: now });
  }

  /**
   * Takes in what was kept and could not be read before. Screens that the host has touched since stay as they
   * are, and those that only came since find a place anew.
   */
  restore(saved: readonly (Screen & { touched: boolean })[], now: number): void {
    const since = [...this.#entries.values()];
    this.#entries.clear();
    for (const { touched, ...screen } of saved) this.#entries.set(screen.id, { screen, touched, seen: now });
    for (const { screen, touched, seen } of since) {
      const number = this.#entries.get(screen.id)?.screen.number ?? this.#nextNumber();
      if (touched) this.#entries.set(screen.id, { screen: { ...screen, number }, touched, seen });
    }
    for (const { screen, touched } of since) {
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

  /** The smallest rectangle that holds all screens; of none, the first place. */
  get extent(): Extent {
    return extentOf(this.screens);
  }

  /**
   * The screen of a browser: its old place or, for a new one, a free one near the others.
   * @param name what it is to be called, unless its host has touched it
   */
  enter(id: string, now: number, name?: string): Screen {
    const known = this.#entries.get(id);
    if (known) {
      known.seen = now;
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
    this.#entries.set(id, { screen, touched: false, seen: now });
    return screen;
  }

  /** The screen has gone; it keeps its place. */
  leave(id: string, now: number): void {
    const entry = this.#entries.get(id);
    if (entry) entry.seen = now;
  }

  /** Takes the host's word for a screen. Undefined where there is no such screen. */
  arrange(arranged: Arranged): Screen | undefined {
    const entry = this.#entries.get(arranged.id);
    if (!entry) return undefined;
    entry.touched = true;
    return Object.assign(entry.screen, arranged);
  }

  /** Frees a screen's place. */
  remove(id: string): void {
    this.#entries.delete(id);
  }

  /**
   * Screens to forget before one comes in: those that only passed by, and have been away for a while or are
   * too many. Where the wall holds as many as it may, so are others, who was away longest first, and those
   * that the host touched last.
   */
  passed(now: number, isPresent: (id: string) => boolean, entering?: string): string[] {
    const away = [...this.#entries.values()]
      .filter(({ screen }) => !isPresent(screen.id))
      .toSorted((a, b) => b.seen - a.seen);
    const passing = away.filter(({ touched }) => !touched);
    const old = passing.filter(({ seen }, n) => n >= PASSING_MAX || now - seen > PASSING_KEPT);
    const comes = entering === undefined || this.#entries.has(entering) ? 0 : 1;
    const tooMany = this.size - old.length + comes - this.#most;
    if (tooMany > 0) {
      const kept = new Set(passing).difference(new Set(old));
      const touched = away.filter((entry) => entry.touched);
      const last = [...touched, ...kept].filter(({ screen }) => screen.id !== entering);
      old.push(...last.slice(-tooMany));
    }
    return old.map(({ screen }) => screen.id);
  }

  /** What is worth keeping. */
  saved(): (Screen & { touched: boolean })[] {
    return [...this.#entries.values()].map(({ screen, touched }) => ({ ...screen, touched }));
  }

  #nextNumber(): number {
    return this.screens.reduce((highest, { number }) => Math.max(highest, number), 0) + 1;
  }
}

/** What a screen is called until someone gives it a name. */
function nameOf(number: number): string {
  return `Screen ${number}`;
}

/** The first free place, row by row; in a full wall, a new column or, where it is wide already, a new row. */
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

/** Every place of the grid that an area touches. */
function placesOf({ x, y, width, height }: Area): number[] {
  const places: number[] = [];
  for (let row = Math.floor(y); row < y + height; row++) {
    for (let column = Math.floor(x); column < x + width; column++) places.push(row * PLACES + column);
  }
  return places;
}
