import { TokenBucket } from "../limits/rate.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { LightMap } from "../protocol/light-map.ts";
import type { Stencil } from "../protocol/stencil.ts";
import type { Wall } from "../wall/wall.ts";
import type { Programs } from "./programs.ts";
import type { RoomTiming } from "./timing.ts";

/** How many light maps a room sends: each goes to all of its screens. A host's page makes four a second. */
const LIGHT_MAPS = { burst: 15, perSecond: 5 };

/** How many stencils a room takes: each is compressed, saved and loaded by all screens. */
const STENCILS = { burst: 10, perSecond: 0.5 };

/** Passes what a room's host says of its light on to the wall: light maps in the time of its screens. */
export class RoomLight {
  readonly #wall: Wall;
  readonly #timing: RoomTiming;
  readonly #programs: Pick<Programs, "isSending">;
  readonly #now: () => number;
  readonly #maps: TokenBucket;
  readonly #stencils: TokenBucket;

  /** @param now monotonic time, ms */
  constructor(wall: Wall, timing: RoomTiming, programs: Pick<Programs, "isSending">, now: () => number) {
    this.#wall = wall;
    this.#timing = timing;
    this.#programs = programs;
    this.#now = now;
    this.#maps = new TokenBucket(LIGHT_MAPS, now());
    this.#stencils = new TokenBucket(STENCILS, now());
  }

  /**
   * Tells the screens what is dark and what is bright in the host's song, and lets light rise on its beats.
   * @throws LightwallError `rate-limited`
   */
  setMap(map: LightMap): void {
    if (!this.#maps.take(1, this.#now())) throw new LightwallError("rate-limited");
    // A console that plays its song only to itself makes maps too. They are not of what the screens show.
    if (this.#programs.isSending) return;
    const from = this.#timing.forListeners(map.from);
    const shownAt = this.#timing.shownAt(map.from);
    // Before the first packet there is nothing that it could be of.
    if (from === undefined || shownAt === undefined) return;
    this.#wall.addLightMap({ ...map, from });
    if (map.beats.length > 0) this.#wall.planFlashes(map.beats.map(({ after }) => shownAt + after));
  }

  /**
   * Sets the shape through which the light shines; null for the one that every page has.
   * @throws LightwallError `changed-too-often`
   */
  setStencil(stencil: Stencil | null): void {
    if (!this.#stencils.take(1, this.#now())) throw new LightwallError("changed-too-often");
    this.#wall.setStencil(stencil);
  }
}
