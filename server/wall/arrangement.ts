import { extentOf, FIRST_PLACE } from "../protocol/extent.ts";
import { type Arranged, type Extent, NO_HAND, PLACES, type Screen } from "../protocol/wall.ts";

/**
 * How long an absent screen holds its place on the wall if its host has never changed it: a page that reloads
 * or changes its network is back by then.
 */
export const HELD_MS = 20_000;
/** How long such a screen is known after that, with its number and name. */
const UNTOUCHED_KEPT_MS = 10 * 60_000;
/** Screens that the host has removed and can bring back. */
const REMOVED_MAX = 100;
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
  /** Whether it has ever shown light. One that has not is forgotten soon after it leaves. */
  lit: boolean;
  present: boolean;
  /** Whether it has a place on the wall. */
  onWall: boolean;
  /** When it entered or left last. */
  seenAt: number;
}

/** A screen as it is saved. */
type SavedScreen = Screen & { touched: boolean; onWall: boolean };

/** A wall's screens and their places. */
export class Arrangement {
  readonly #entries = new Map<string, Entry>();
  /** What the host has removed, by id; the latest last. */
  readonly #removed = new Map<string, Entry>();
  readonly #screensMax: number;

  /**
   * @param saved screens, as {@link saved} returned them
   * @param listenersMax most screens that may be there at the same time
   */
  constructor(saved: readonly SavedScreen[], now: number, listenersMax: number) {
    this.#screensMax = listenersMax + ABSENT_MAX;
    for (const screen of saved) this.#addSaved(screen, now);
  }

  /**
   * Adds saved screens that could not be read before. Screens that the host has changed since stay as they
   * are. Other new screens get a new place.
   */
  restore(saved: readonly SavedScreen[], now: number): void {
    const newer = [...this.#entries.values()];
    this.#entries.clear();
    for (const screen of saved) this.#addSaved(screen, now);
    for (const entry of newer) {
      const { screen, touched } = entry;
      const number = this.#entries.get(screen.id)?.screen.number ?? this.#nextNumber();
      if (touched) this.#entries.set(screen.id, { ...entry, screen: { ...screen, number } });
    }
    for (const { screen, touched, present } of newer) {
      const isNamed = screen.name !== nameOf(screen.number);
      if (touched) continue;
      this.enter(screen.id, now, isNamed ? screen.name : undefined);
      if (!present) this.leave(screen.id, now);
    }
  }

  #addSaved({ touched, onWall, ...screen }: SavedScreen, now: number): void {
    const isUsual = { lit: true, present: false, seenAt: now };
    this.#entries.set(screen.id, { screen, touched, onWall, ...isUsual });
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

  /** The screens that have a place on the wall. */
  get placed(): Screen[] {
    return [...this.#entries.values()].flatMap(({ screen, onWall }) => (onWall ? [screen] : []));
  }

  isOnWall(id: string): boolean {
    return this.#entries.get(id)?.onWall ?? false;
  }

  /** The smallest rectangle that holds all placed screens. Without any, the place of the first screen. */
  get extent(): Extent {
    return extentOf(this.placed);
  }

  /**
   * Adds a browser's screen: in its old place if it is free, else in a free place near the others.
   * @param name its name, unless the host has changed the screen
   */
  enter(id: string, now: number, name?: string): Screen {
    const known = this.#entries.get(id);
    if (known) {
      known.seenAt = now;
      known.present = true;
      if (name && !known.touched) known.screen.name = name;
      if (!known.onWall) this.#place(known);
      return known.screen;
    }
    const number = this.#nextNumber();
    const screen: Screen = {
      id,
      number,
      name: name || nameOf(number),
      ...freePlace(this.placed),
      width: 1,
      height: 1,
      band: null,
      locked: false,
      hand: NO_HAND,
    };
    const isUsual = { touched: false, lit: false, present: true, onWall: true };
    this.#entries.set(id, { screen, ...isUsual, seenAt: now });
    return screen;
  }

  /** Notes that a screen has left. It holds its place for a while: see {@link release}. */
  leave(id: string, now: number): void {
    const entry = this.#entries.get(id);
    if (entry) Object.assign(entry, { seenAt: now, present: false });
  }

  /** Notes that a screen shows light. @returns whether it is the first time */
  light(id: string): boolean {
    const entry = this.#entries.get(id);
    if (!entry || entry.lit) return false;
    entry.lit = true;
    return true;
  }

  /**
   * Changes a screen as the host has arranged it, which brings back one that the host has removed.
   * @param keeps whether it keeps its place from now on however long it is absent
   * @returns the screen, if it exists
   */
  arrange(arranged: Arranged, keeps = true): Screen | undefined {
    const removed = this.#removed.get(arranged.id);
    const entry = this.#entries.get(arranged.id) ?? removed;
    if (!entry) return undefined;
    Object.assign(entry.screen, { wholePicture: undefined }, arranged);
    if (removed) {
      // As it was when it was removed; its place may be another screen's by now.
      if (entry.onWall) this.#place(entry);
      this.#removed.delete(arranged.id);
      this.#entries.set(arranged.id, entry);
      return entry.screen;
    }
    entry.touched ||= keeps;
    if (!entry.onWall && entry.touched) this.#place(entry);
    return entry.screen;
  }

  /** Removes a screen for good. */
  forget(id: string): void {
    this.#entries.delete(id);
  }

  /** Removes a screen at the host's wish, who can bring it back by {@link arrange}. */
  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#removed.set(id, entry);
    const [oldest] = this.#removed.keys();
    if (this.#removed.size > REMOVED_MAX) this.#removed.delete(oldest!);
  }

  /**
   * Frees the places of screens that have been absent for {@link HELD_MS} and that the host has never
   * changed, and forgets those of them that have never shown light.
   * @returns ids of screens that have lost their places, and of those that are forgotten
   */
  release(now: number): { unplaced: string[]; forgotten: string[] } {
    const unplaced: string[] = [];
    const forgotten: string[] = [];
    for (const [id, entry] of this.#entries) {
      const { touched, present, lit, onWall, seenAt } = entry;
      if (present || touched || !onWall || now - seenAt < HELD_MS) continue;
      entry.onWall = false;
      (lit ? unplaced : forgotten).push(id);
    }
    for (const id of forgotten) this.#entries.delete(id);
    return { unplaced, forgotten };
  }

  /**
   * Lists the absent screens to remove before another one enters. These are screens that the host has never
   * changed, if they have been absent for too long or are too many. If the wall would still be too large,
   * further absent screens follow, the longest absent first, and those that the host has changed last.
   */
  expired(now: number, entering?: string): string[] {
    const absent = [...this.#entries.values()]
      .filter(({ present }) => !present)
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
  saved(): SavedScreen[] {
    return [...this.#entries.values()].map(({ screen, touched, onWall }) => ({ ...screen, touched, onWall }));
  }

  /** Gives an entry its old place again, or a free one if another screen is there now. */
  #place(entry: Entry): void {
    const { placed } = this;
    const isTaken = placed.some((other) => overlap(other, entry.screen));
    if (isTaken) Object.assign(entry.screen, freePlace(placed));
    entry.onWall = true;
  }

  #nextNumber(): number {
    // A removed screen may come back with its own.
    const all = [...this.#entries.values(), ...this.#removed.values()];
    return all.reduce((highest, { screen }) => Math.max(highest, screen.number), 0) + 1;
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

function overlap(a: Area, b: Area): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Every place of the grid that an area overlaps. */
function placesOf({ x, y, width, height }: Area): number[] {
  const places: number[] = [];
  for (let row = Math.floor(y); row < y + height; row++) {
    for (let column = Math.floor(x); column < x + width; column++) places.push(row * PLACES + column);
  }
  return places;
}
