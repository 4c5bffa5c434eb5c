import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { DEALT_MAX, dealtByPlace } from "../protocol/deal.ts";
import { ERRORS } from "../protocol/errors.ts";
import type { FlashPlan } from "../protocol/flash-plan.ts";
import type { LightMap } from "../protocol/light-map.ts";
import type { Stencil } from "../protocol/stencil.ts";
import {
  type Arranged,
  type Chosen,
  type Dealt,
  type Extent,
  FIRST_SHOW,
  NOTHING_CHOSEN,
  NOTICE_MS,
  type Screen,
  type ScreenSeen,
  type Show,
} from "../protocol/wall.ts";
import type { SavedWall } from "../protocol/wall-schema.ts";
import { Arrangement } from "./arrangement.ts";
import { Deal } from "./deal.ts";
import { FlashPlanner } from "./flash-planner.ts";
import { HostUpdates } from "./host-updates.ts";
import { type KeptStencil, keepStencil } from "./kept-stencil.ts";
import { Sparks } from "./sparks.ts";
import type { ScreenPage, WallOptions } from "./wall-options.ts";

/** Light maps that are kept for screens that join: those of several seeks within the greatest wall delay. */
const LIGHT_MAPS_MAX = 6;

/** A screen that is there. */
interface Presence {
  readonly page: ScreenPage;
  chosen: Chosen;
}

/**
 * A room's screens and what they show. Keeps the arrangement and the show, sends each screen its place, and
 * keeps the host informed about all screens.
 */
export class Wall {
  readonly #options: WallOptions;
  readonly #arrangement: Arrangement;
  readonly #updates: HostUpdates;
  readonly #present = new Map<string, Presence>();
  #show: Show;
  #stencil: KeptStencil | undefined;
  #lightMaps: readonly LightMap[] = [];
  readonly #sparks: Sparks;
  readonly #planner = new FlashPlanner();
  readonly #deal = new Deal();
  #extent: Extent;
  #alone: boolean;
  #unread: boolean;

  constructor(options: WallOptions) {
    this.#options = options;
    this.#stencil = options.saved?.stencil && keepStencil(options.saved.stencil);
    this.#show = this.#withStencil(options.saved?.show ?? FIRST_SHOW);
    this.#arrangement = new Arrangement(options.saved?.screens ?? [], options.now(), options.listenersMax);
    this.#updates = new HostUpdates({ ...options, find: (id) => this.seen(id) });
    this.#sparks = new Sparks(options.sendToHost);
    this.#extent = this.#arrangement.extent;
    this.#alone = this.#arrangement.placed.length === 1;
    this.#unread = options.unread ?? false;
  }

  get show(): Show {
    return this.#show;
  }

  /** What is dark and what is bright in the song, now and soon; the newest map last. */
  get lightMaps(): readonly LightMap[] {
    return this.#lightMaps;
  }

  get saved(): SavedWall {
    const stencil = this.#stencil && { stencil: this.#stencil.stencil };
    return { version: 1, show: this.#show, ...stencil, screens: this.#arrangement.saved() };
  }

  /** All screens, as their host sees them. */
  get screens(): ScreenSeen[] {
    return this.#updates.know(this.#arrangement.screens.map(({ id }) => id));
  }

  /** Sends all screens to a host that has just joined. */
  sendAllToHost(): void {
    this.#updates.sendAll(this.#arrangement.screens.map(({ id }) => id));
    if (!this.#unread) return;
    const code = "wall-unreadable";
    this.#options.sendToHost({ type: "error", code, message: ERRORS[code].message });
  }

  /**
   * Adds a screen and gives it a place.
   * @param id the id that its browser has stored; a new one is made if there is none or it is in use here
   * @param name a name for it, used until the host gives it another one
   * @returns its id from now on
   */
  enter(page: ScreenPage, id: string = randomUUID(), name?: string): string {
    const now = this.#options.now();
    const own = this.#present.has(id) ? randomUUID() : id;
    this.#forget(this.#arrangement.expired(now, own));
    this.#arrangement.enter(own, now, name);
    this.#present.set(own, { page, chosen: NOTHING_CHOSEN });
    // The new one first: the host hears at once of the first, and of the others later.
    for (const changed of [own, ...this.#changed([own])]) this.#updates.collectChange(changed);
    return own;
  }

  /** Handles that a screen has left. It holds its place for a while. */
  leave(id: string): void {
    this.#present.delete(id);
    this.#arrangement.leave(id, this.#options.now());
    // In a larger wall nobody's band changes.
    const dealt = this.#present.size > DEALT_MAX ? [] : this.#changed([]);
    for (const changed of [id, ...dealt]) this.#updates.collectChange(changed);
  }

  /** Notes that a screen shows light. */
  light(id: string): void {
    if (this.#arrangement.light(id)) this.#options.changed();
  }

  /** Frees the places of screens that have been away for long; called once a second. */
  tick(): void {
    const { unplaced, forgotten } = this.#arrangement.release(this.#options.now());
    if (unplaced.length + forgotten.length === 0) return;
    this.#forget(forgotten);
    for (const changed of [...unplaced, ...this.#changed([])]) this.#updates.collectChange(changed);
  }

  #forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.#arrangement.forget(id);
      this.#updates.collectRemoval(id);
    }
  }

  /** Takes the choice of the person at a screen. */
  choose(id: string, chosen: Chosen): void {
    const presence = this.#present.get(id);
    if (!presence || isDeepStrictEqual(presence.chosen, chosen)) return;
    presence.chosen = chosen;
    this.#updates.collectChange(id);
  }

  /** Shows the host that somebody has tapped on a screen, if the host wants to see that. */
  spark(id: string): void {
    if (this.#show.sparks) this.#sparks.add(id);
  }

  /** Sets the show, which applies to all screens. */
  setShow(show: Show): void {
    const { rule } = this.#show;
    this.#show = this.#withStencil(show);
    this.#options.sendToAll({ type: "show", show: this.#show, at: this.#at() });
    if (rule === this.#show.rule) this.#options.changed();
    else for (const id of this.#changed([])) this.#updates.collectChange(id);
  }

  /** Sets the shape through which the light shines; null for the one that every page has. */
  setStencil(stencil: Stencil | null): void {
    this.#stencil = stencil ? keepStencil(stencil) : undefined;
    this.setShow({ ...this.#show });
  }

  /** The stencil with an id, as it is served; undefined if the wall has another one or none. */
  stencil(id: string): Buffer | undefined {
    return this.#stencil?.id === id ? this.#stencil.body : undefined;
  }

  /** A show with the stencil that the wall has, whatever a page says. */
  #withStencil(show: Show): Show {
    const stencil = this.#stencil?.id ?? null;
    return show.stencil === stencil ? show : { ...show, stencil };
  }

  /** Adds the saved wall, which could not be read when the room was opened. The host's changes since stay. */
  restore(saved: SavedWall): void {
    this.#unread = false;
    this.#arrangement.restore(saved.screens, this.#options.now());
    if (this.#show === FIRST_SHOW) {
      this.#stencil = saved.stencil && keepStencil(saved.stencil);
      this.setShow(saved.show);
    }
    this.#changedByHost(this.#arrangement.screens.map(({ id }) => id));
  }

  /** Adds a light map. It is not saved, because it belongs to the sound of this moment. */
  addLightMap(map: LightMap): void {
    this.#lightMaps = [...this.#lightMaps, map].slice(-LIGHT_MAPS_MAX);
    this.#options.sendToScreens({ type: "light-map", map });
  }

  /** When the light of the wall may rise. */
  get flashPlan(): FlashPlan {
    return this.#planner.plan;
  }

  /** Plans rises of the light on beats, which are shown at these times of the server's clock; ms. */
  planFlashes(beats: readonly number[]): void {
    const rises = [...this.#planner.follow(beats, this.#options.now())];
    this.#options.sendToAll({ type: "flash-plan", rises });
  }

  /** Changes screens as the host has arranged them. Screens that the wall no longer has are ignored. */
  arrange(screens: readonly Arranged[], keeps?: boolean): void {
    this.#changedByHost(screens.flatMap((screen) => this.#arrangement.arrange(screen, keeps)?.id ?? []));
  }

  /** Removes a screen that is not there, or, without `id`, all of them, and frees their places. */
  removeScreen(id?: string): void {
    const away = this.#arrangement.screens.filter((screen) => !this.#present.has(screen.id));
    const removed = id === undefined ? away : away.filter((screen) => screen.id === id);
    if (removed.length === 0) return;
    for (const screen of removed) {
      this.#arrangement.remove(screen.id);
      this.#updates.sendRemoval(screen.id);
    }
    this.#updates.sendNow(this.#changed([]));
  }

  /** Makes a screen show its number and name for a while; without `id`, all screens. */
  identify(id?: string): void {
    if (id === undefined) this.#options.sendToScreens({ type: "identify" });
    else this.#present.get(id)?.page.send({ type: "identify" });
  }

  #changedByHost(ids: readonly string[]): void {
    this.#updates.sendNow([...new Set([...ids, ...this.#changed(ids)])]);
  }

  /**
   * Deals the bands anew, and sends changed screens their places. Sends all screens theirs if the extent has
   * changed, or if a second screen has come or the last but one has left.
   * @param ids of screens that have changed
   * @returns ids of screens whose band has changed
   */
  #changed(ids: readonly string[]): readonly string[] {
    const { x, y, width, height } = this.#extent;
    const { placed, extent } = this.#arrangement;
    this.#extent = extent;
    const resized = ![x, y, width, height].every((value, n) => value === Object.values(extent)[n]);
    const alone = placed.length === 1;
    const present = () => this.#screensOf([...this.#present.keys()]);
    const dealt = this.#deal.deal(this.#present.size, present, extent, this.#show.rule);
    const isForAll = resized || alone !== this.#alone;
    this.#alone = alone;
    const receivers = isForAll ? placed : this.#screensOf([...new Set([...ids, ...dealt])]);
    const at = this.#at();
    for (const screen of receivers) {
      const place = { screen, dealt: this.#dealtOf(screen), extent, alone, at };
      this.#present.get(screen.id)?.page.send({ type: "place", ...place });
    }
    this.#options.changed();
    return dealt;
  }

  #dealtOf(screen: Screen): Dealt {
    return this.#deal.of(screen.id) ?? dealtByPlace(screen, this.#extent, this.#show.rule);
  }

  #screensOf(ids: readonly string[]): Screen[] {
    return ids.flatMap((id) => this.#arrangement.get(id) ?? []);
  }

  /** A screen as its host sees it. */
  seen(id: string): ScreenSeen | undefined {
    const screen = this.#arrangement.get(id);
    const presence = this.#present.get(id);
    return (
      screen && {
        ...screen,
        dealt: this.#deal.of(id),
        present: presence !== undefined,
        onWall: this.#arrangement.isOnWall(id),
        chosen: presence?.chosen ?? NOTHING_CHOSEN,
      }
    );
  }

  #at(): number {
    return Math.ceil(this.#options.now() + NOTICE_MS);
  }
}
