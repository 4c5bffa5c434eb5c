import type { Logger } from "pino";
import { type HostKeys, hashOfKey } from "../data/host-keys.ts";
import type { MediaEngine } from "../media/engine.ts";
import type { MediaClocks } from "../media/fanout/media-clock.ts";
import type { PeerId } from "../media/model.ts";
import { normaliseCode } from "../protocol/code.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { Kept } from "../wall/files.ts";
import type { WallStore } from "../wall/store.ts";
import type { PacketTimeLimits } from "./packet-time.ts";
import { Places } from "./places.ts";
import { Room, type RoomOptions, type RoomSummary } from "./room.ts";
import { Waiting } from "./waiting.ts";

/** How long the code of a closed room is refused as `room-closed`, ms. */
const CLOSED_CODE_KEPT = 24 * 3_600_000;
/** Most closed codes remembered; the oldest go first. */
const CLOSED_CODES_MAX = 10_000;
/** How long a room is kept whose host never came, ms: longer than a page takes to load. */
const UNCLAIMED_KEPT = 2 * 60_000;

export interface RoomsOptions {
  readonly engine: MediaEngine;
  readonly keys: HostKeys;
  readonly wallsMax: number;
  /** How much one network may hold of what there is in all, percent. */
  readonly networkShare: number;
  readonly listenersMax: number;
  readonly packetTime: PacketTimeLimits;
  readonly walls: Pick<WallStore, "has" | "read" | "readLater" | "keep" | "forget">;
  readonly wallIdleMs: number;
  readonly wallHostlessMs: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * All rooms of this server. Of a room, its wall outlives the process; its code and key are in the host's
 * browser and open it again.
 */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #rooms = new Map<string, Room>();
  readonly #places: Places;
  readonly #closedAt = new Map<string, number>();
  readonly #waiting = new Waiting();

  constructor(options: RoomsOptions) {
    this.#options = options;
    this.#places = new Places(options);
    options.engine.on("peer-connected", this.#onPeerConnected);
    options.engine.on("peer-closed", this.#onPeerClosed);
    options.engine.on("media-clock", this.#onMediaClock);
  }

  get size(): number {
    return this.#rooms.size;
  }

  get listenerCount(): number {
    return this.#rooms.values().reduce((sum, room) => sum + room.listenerCount, 0);
  }

  /** Whether a room is open under this code. */
  has(code: string): boolean {
    return this.#rooms.has(code);
  }

  /** What an administrator sees of every room. */
  list(): RoomSummary[] {
    return this.#rooms
      .values()
      .map((room) => room.summary)
      .toArray();
  }

  /**
   * Opens a room under a new code, for a host that then joins with the key.
   * @param network whose place it takes; without it, that of one that all share
   * @throws LightwallError `rooms-full`
   */
  open(network = ""): { code: string; hostKey: string } {
    const { code, hostKey } = this.#issue();
    this.#add(code, hostKey, { network, returns: false });
    return { code, hostKey };
  }

  /**
   * The room with this code as a listener finds it.
   * @throws LightwallError `code-unknown` | `room-closed`
   */
  find(typedCode: string): Room {
    const code = normaliseCode(typedCode);
    if (this.#closedAt.has(code)) throw new LightwallError("room-closed");
    const room = this.#rooms.get(code);
    if (!room) throw new LightwallError("code-unknown");
    return room;
  }

  /**
   * The room that `hostKey` opens; a room this server has forgotten, by a restart or for lack of
   * use, is opened again under the same code.
   * @param network whose place the room takes if it is opened again, as for {@link open}
   * @throws LightwallError `key-wrong` | `room-closed` | `rooms-full` | `wall-unreadable`
   */
  findAsHost(typedCode: string, hostKey: string, network = ""): Room {
    const code = normaliseCode(typedCode);
    const worth = this.#options.keys.verify(code, hostKey);
    if (worth === "wrong") throw new LightwallError("key-wrong");
    if (this.#closedAt.has(code)) throw new LightwallError("room-closed");
    const room = this.#rooms.get(code);
    // A good key of an older room that happened to have the same code opens nothing while this one lives.
    if (room && room.hostKey !== hostKey) throw new LightwallError("key-wrong");
    return room ?? this.#reopen(code, hostKey, worth === "current", network);
  }

  /**
   * Calls `letIn` once when a room that is not open now has its host. Not where pages of the network wait for
   * too many.
   * @returns ends the wait
   */
  wait(typedCode: string, network: string, letIn: () => void): () => void {
    return this.#waiting.add(normaliseCode(typedCode), network, letIn);
  }

  /** The room has its host: lets in those who waited for it, one after another. */
  hosted({ code }: Room): Promise<void> {
    return this.#waiting.letIn(code);
  }

  /** Closes a room for good: its code is refused for a day, also with its key, and its wall is forgotten. */
  end(room: Room, reason = "ended by its host"): void {
    if (this.#closedAt.size >= CLOSED_CODES_MAX) {
      const [oldest] = this.#closedAt.keys();
      if (oldest !== undefined) this.#closedAt.delete(oldest);
    }
    this.#closedAt.set(room.code, this.#options.now());
    this.#remove(room, reason);
    this.#options.walls.forget(room.code);
  }

  /** Sends stats to hosts and clears away what has expired; called once a second. */
  tick(): void {
    const { now, wallIdleMs, wallHostlessMs } = this.#options;
    const lifetimes = { idle: wallIdleMs, hostless: wallHostlessMs, unclaimed: UNCLAIMED_KEPT };
    for (const room of this.#rooms.values()) {
      if (room.isExpired(lifetimes)) this.#remove(room, "unused");
      else room.tick();
    }
    for (const [code, closedAt] of this.#closedAt) {
      if (now() - closedAt <= CLOSED_CODE_KEPT) break; // in order of closing
      this.#closedAt.delete(code);
    }
  }

  /** Closes every room and lets go of the engine, which is its owner's to close. */
  close(reason: string): void {
    for (const room of this.#rooms.values()) this.#remove(room, reason);
    this.#options.engine.off("peer-connected", this.#onPeerConnected);
    this.#options.engine.off("peer-closed", this.#onPeerClosed);
    this.#options.engine.off("media-clock", this.#onMediaClock);
  }

  #onPeerConnected = (code: string, peer: PeerId): void => {
    this.#rooms.get(code)?.peerConnected(peer);
  };

  #onPeerClosed = (code: string, peer: PeerId, reason: string): void => {
    this.#rooms.get(code)?.peerClosed(peer, reason);
  };

  #onMediaClock = (code: string, clocks: MediaClocks): void => {
    this.#rooms.get(code)?.timing.mediaClock(clocks);
  };

  /**
   * Opens a room again. A kept wall is opened by the key it was opened with; one kept before keys were noted,
   * by the first good key. Where nothing is kept, only a key opens it whose code nobody else can have been
   * given since.
   */
  #reopen(code: string, hostKey: string, isCurrent: boolean, network: string): Room {
    const kept = this.#options.walls.read(code);
    if (!isOwner(kept, hostKey, isCurrent)) {
      // Whose the wall is stands in what cannot be read.
      throw new LightwallError(kept.state === "unread" ? "wall-unreadable" : "key-wrong");
    }
    const saved = kept.state === "none" ? undefined : kept.wall;
    const unread = kept.state === "unread";
    const room = this.#add(code, hostKey, { network, returns: true }, { saved, unread });
    if (unread) this.#restoreLater(room);
    return room;
  }

  /** The room goes on without its arrangement until that can be read. */
  #restoreLater(room: Room): void {
    this.#options.walls.readLater(room.code, (wall) => {
      const isOwn = wall.keyHash === undefined || wall.keyHash === hashOfKey(room.hostKey);
      if (isOwn) room.wall.restore(wall);
      else if (this.#rooms.get(room.code) === room) this.#remove(room, "its wall is another host's");
      return isOwn;
    });
  }

  #add(
    code: string,
    hostKey: string,
    { network, returns }: { network: string; returns: boolean },
    kept: RoomOptions["kept"] = {},
  ): Room {
    const giving = this.#places.find(
      network,
      returns,
      (other) => this.#rooms.get(other)?.isDeserted ?? false,
    );
    const gone = giving === undefined ? undefined : this.#rooms.get(giving);
    if (gone) this.#remove(gone, "made room for another");
    this.#places.hold(code, network);
    const room = new Room({ ...this.#options, kept, code, hostKey });
    this.#rooms.set(code, room);
    return room;
  }

  #remove(room: Room, reason: string): void {
    this.#rooms.delete(room.code);
    this.#places.free(room.code);
    room.close(reason);
  }

  #issue(): ReturnType<HostKeys["issue"]> {
    for (;;) {
      const issued = this.#options.keys.issue();
      // Under the code of a wall that may come back, its arrangement would come too.
      const { code } = issued;
      if (!this.#rooms.has(code) && !this.#closedAt.has(code) && !this.#options.walls.has(code))
        return issued;
    }
  }
}

function isOwner(kept: Kept, hostKey: string, isCurrent: boolean): boolean {
  const wall = kept.state === "none" ? undefined : kept.wall;
  if (wall?.keyHash !== undefined) return wall.keyHash === hashOfKey(hostKey);
  return kept.state === "kept" || isCurrent;
}
