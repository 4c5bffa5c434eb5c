import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { ERRORS } from "../protocol/errors.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import {
  type Arranged,
  type Chosen,
  type Extent,
  FIRST_SHOW,
  NOTHING_CHOSEN,
  type Screen,
  type ScreenSeen,
  type Show,
} from "../protocol/wall.ts";
import type { SavedWall } from "../protocol/wall-schema.ts";
import { Arrangement } from "./arrangement.ts";
import { HostNews } from "./host-news.ts";

/**
 * From a message to when it takes effect, so that every screen has heard of it and all change in one frame,
 * ms.
 */
const NOTICE_MS = 200;

/** Who sits before a screen that is there, as far as the wall can see. */
export interface Onlooker {
  send(message: ServerMessage): void;
}

/** A screen that is there. */
interface Presence {
  readonly onlooker: Onlooker;
  chosen: Chosen;
}

export interface WallOptions {
  readonly saved?: SavedWall | undefined;
  /** Whether it was kept and cannot be read now; {@link Wall.restore} follows when it can. */
  readonly unread?: boolean;
  /** Screens that may be there at the same time. */
  readonly listenersMax: number;
  /** Called after every change worth keeping. */
  readonly changed: () => void;
  /** Sends to the host, if it is there. */
  readonly sendToHost: (message: ServerMessage) => void;
  /** Sends to every screen that is there. */
  readonly sendToScreens: (message: ServerMessage) => void;
  /** Sends to the host and every screen. */
  readonly sendToAll: (message: ServerMessage) => void;
  /** Whether the host's page has not taken in yet what it was told before. */
  readonly isHostBehind: () => boolean;
  /** The wall clock, ms. */
  readonly now: () => number;
}

/**
 * What a room's screens are and do: keeps the arrangement, and tells each screen its place and the host all
 * of them.
 */
export class Wall {
  readonly #options: WallOptions;
  readonly #arrangement: Arrangement;
  readonly #news: HostNews;
  readonly #present = new Map<string, Presence>();
  #show: Show;
  /** What the song needs, by the host's measure, dB. */
  #gainDb = 0;
  #extent: Extent;
  #alone: boolean;
  #unread: boolean;

  constructor(options: WallOptions) {
    this.#options = options;
    this.#show = options.saved?.show ?? FIRST_SHOW;
    this.#arrangement = new Arrangement(options.saved?.screens ?? [], options.now(), options.listenersMax);
    this.#news = new HostNews({ ...options, see: (id) => this.#seen(id) });
    this.#extent = this.#arrangement.extent;
    this.#alone = this.#arrangement.size === 1;
    this.#unread = options.unread ?? false;
  }

  get show(): Show {
    return this.#show;
  }

  get gainDb(): number {
    return this.#gainDb;
  }

  get saved(): SavedWall {
    return { version: 1, show: this.#show, screens: this.#arrangement.saved() };
  }

  /** Tells a host that has just come all there is. */
  welcomeHost(): void {
    this.#news.begin(this.#arrangement.screens.map(({ id }) => id));
    if (!this.#unread) return;
    const code = "wall-unreadable";
    this.#options.sendToHost({ type: "error", code, message: ERRORS[code].message });
  }

  /**
   * Gives a screen its place.
   * @param id what its browser was called before; another one is made where that is in use here, or there is
   * none
   * @param name what it is to be called
   * @returns its id from now on
   */
  enter(onlooker: Onlooker, id: string = randomUUID(), name?: string): string {
    const now = this.#options.now();
    const own = this.#present.has(id) ? randomUUID() : id;
    for (const passed of this.#arrangement.passed(now, (screen) => this.#present.has(screen), own)) {
      this.#arrangement.remove(passed);
      this.#news.removed(passed);
    }
    const screen = this.#arrangement.enter(own, now, name);
    this.#present.set(own, { onlooker, chosen: NOTHING_CHOSEN });
    this.#changed([screen]);
    this.#news.changed(own);
    return own;
  }

  /** A screen has gone; its place stays. */
  leave(id: string): void {
    this.#present.delete(id);
    this.#arrangement.leave(id, this.#options.now());
    this.#news.changed(id);
  }

  /** The person at a screen has chosen what it shows, or left it to the wall. */
  choose(id: string, chosen: Chosen): void {
    const presence = this.#present.get(id);
    if (!presence || isDeepStrictEqual(presence.chosen, chosen)) return;
    presence.chosen = chosen;
    this.#news.changed(id);
  }

  /** The host changes what all screens do. */
  setShow(show: Show): void {
    this.#show = show;
    this.#options.sendToAll({ type: "show", show, at: this.#at() });
    this.#options.changed();
  }

  /**
   * Takes in the wall as it was kept, which could not be read when it was opened. What the host has set since
   * stays.
   */
  restore(saved: SavedWall): void {
    this.#unread = false;
    this.#arrangement.restore(saved.screens, this.#options.now());
    if (this.#show === FIRST_SHOW) this.setShow(saved.show);
    this.#changedByHost(this.#arrangement.screens);
  }

  /**
   * The host has measured what levels must be raised by, dB. Not worth keeping: the next song has another.
   */
  setGain(gainDb: number): void {
    this.#gainDb = gainDb;
    this.#options.sendToScreens({ type: "gain", gainDb, at: this.#at() });
  }

  /**
   * The host places, names or sets screens. Those it knows of and the wall no longer does are passed over.
   */
  arrange(screens: readonly Arranged[]): void {
    this.#changedByHost(screens.flatMap((screen) => this.#arrangement.arrange(screen) ?? []));
  }

  /** The host frees the place of a screen that is not there. */
  removeScreen(id: string): void {
    if (this.#present.has(id)) return;
    this.#arrangement.remove(id);
    this.#news.tellRemoved(id);
    this.#changed([]);
  }

  /** The screen shows who it is for a while; without `id`, all do. */
  identify(id?: string): void {
    if (id === undefined) this.#options.sendToScreens({ type: "identify" });
    else this.#present.get(id)?.onlooker.send({ type: "identify" });
  }

  #changedByHost(screens: readonly Screen[]): void {
    this.#changed(screens);
    this.#news.tellNow(screens.map(({ id }) => id));
  }

  /** Tells the screens concerned; where the wall has another size, all. */
  #changed(screens: readonly Screen[]): void {
    const { x, y, width, height } = this.#extent;
    this.#extent = this.#arrangement.extent;
    const resized = ![x, y, width, height].every((value, n) => value === Object.values(this.#extent)[n]);
    const alone = this.#arrangement.size === 1;
    const concerned = resized || alone !== this.#alone ? this.#arrangement.screens : screens;
    this.#alone = alone;
    const at = this.#at();
    for (const screen of concerned) {
      const place = { screen, extent: this.#extent, alone, at };
      this.#present.get(screen.id)?.onlooker.send({ type: "place", ...place });
    }
    this.#options.changed();
  }

  /** A screen as its host sees it. */
  #seen(id: string): ScreenSeen | undefined {
    const screen = this.#arrangement.get(id);
    const presence = this.#present.get(id);
    return (
      screen && { ...screen, present: presence !== undefined, chosen: presence?.chosen ?? NOTHING_CHOSEN }
    );
  }

  #at(): number {
    return Math.ceil(this.#options.now() + NOTICE_MS);
  }
}
