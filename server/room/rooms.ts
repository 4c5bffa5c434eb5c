import type { Logger } from "pino";
import { type HostKeys, hashOfKey } from "../data/host-keys.ts";
import { NetworkQuota } from "../limits/network-quota.ts";
import type { MediaClocks } from "../media/fanout/media-clock.ts";
import type { MediaEngine } from "../media/media-engine.ts";
import type { PeerId } from "../media/model.ts";
import { LightwallError } from "../protocol/errors.ts";
import { normaliseCode } from "../protocol/format.ts";
import type { TimedFrame } from "../protocol/frames.ts";
import type { Kept } from "../wall/files.ts";
import type { WallStore } from "../wall/store.ts";
import type { PacketTimeLimits } from "./host-report.ts";
import { Room, type RoomOptions } from "./room.ts";
import type { RoomSummary } from "./summary.ts";
import { WaitingPages } from "./waiting-pages.ts";
import { WallQuota } from "./wall-quota.ts";

/** How long the code of a closed room is refused with `room-closed`. */
const CLOSED_CODE_KEPT_MS = 24 * 3_600_000;
/** Most closed codes that are remembered. The oldest are forgotten first. */
const CLOSED_CODES_MAX = 10_000;
/** How long a room is kept that no host has ever joined: longer than a page takes to load. */
const UNCLAIMED_KEPT_MS = 2 * 60_000;

export interface RoomsOptions {
  readonly engine: MediaEngine;
  readonly keys: HostKeys;
  readonly wallsMax: number;
  /** Share of the rooms, and of the sockets with frames, that one network may hold, percent. */
  readonly networkShare: number;
  readonly listenersMax: number;
  /** Listeners of all rooms that may get their frames over their sockets at the same time. */
  readonly socketListenersMax: number;
  readonly packetTime: PacketTimeLimits;
  readonly walls: Pick<WallStore, "has" | "read" | "readLater" | "keep" | "forget">;
  readonly wallIdleMs: number;
  readonly wallHostlessMs: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * All rooms of this server. After a restart, a room's host opens it again with the code and key that its
 * browser has stored; its `Wall` has been saved on disk.
 */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #rooms = new Map<string, Room>();
  readonly #quota: WallQuota;
  readonly #closedAt = new Map<string, number>();
  readonly #waitingPages = new WaitingPages();
  readonly #socketQuota: NetworkQuota;

  constructor(options: RoomsOptions) {
    this.#options = options;
    const { socketListenersMax: capacity, networkShare } = options;
    this.#socketQuota = new NetworkQuota({ capacity, networkShare });
    this.#quota = new WallQuota(options);
    options.engine.on("peer-connected", this.#onPeerConnected);
    options.engine.on("peer-closed", this.#onPeerClosed);
    options.engine.on("media-clock", this.#onMediaClock);
    options.engine.on("frames", this.#onFrames);
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

  /** A stencil of an open room, compressed; undefined if the room has another one or none. */
  stencil(code: string, id: string): Buffer | undefined {
    return this.#rooms.get(code)?.wall.stencil(id);
  }

  /** A summary of every room, for an administrator. */
  list(): RoomSummary[] {
    return this.#rooms
      .values()
      .map((room) => room.summary)
      .toArray();
  }

  /**
   * Opens a room under a new code. Its host then joins with the key.
   * @param network the network whose quota it counts towards; by default, one that all such rooms share
   * @throws LightwallError `rooms-full`
   */
  open(network = ""): { code: string; hostKey: string } {
    const { code, hostKey } = this.#issue();
    this.#add(code, hostKey, { network, isReturning: false });
    return { code, hostKey };
  }

  /**
   * Finds a room for a listener.
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
   * Finds a room for its host. A room that is not open any more, because the server has restarted or the room
   * was not used, is opened again under the same code.
   * @param network as for {@link open}, if the room is opened again
   * @throws LightwallError `key-wrong` | `room-closed` | `rooms-full` | `wall-unreadable`
   */
  findAsHost(typedCode: string, hostKey: string, network = ""): Room {
    const code = normaliseCode(typedCode);
    const validity = this.#options.keys.verify(code, hostKey);
    if (validity === "wrong") throw new LightwallError("key-wrong");
    if (this.#closedAt.has(code)) throw new LightwallError("room-closed");
    const room = this.#rooms.get(code);
    // The key may be valid for an earlier room that had the same code. It does not open this one.
    if (room && room.hostKey !== hostKey) throw new LightwallError("key-wrong");
    return room ?? this.#reopen(code, hostKey, validity === "current", network);
  }

  /**
   * Waits for the host of a room that is not open: calls `admit` at most once. Does nothing if pages of the
   * network wait for too many codes.
   * @returns cancels the wait
   */
  wait(typedCode: string, network: string, admit: () => void): () => void {
    return this.#waitingPages.add(normaliseCode(typedCode), network, admit);
  }

  /** Admits the pages that wait for a room whose host has joined, one after another. */
  admitWaiting({ code }: Room): Promise<void> {
    return this.#waitingPages.admitAll(code);
  }

  /** Closes a room for good: its code is refused for a day, even with its key, and its wall is deleted. */
  end(room: Room, reason = "ended by its host"): void {
    if (this.#closedAt.size >= CLOSED_CODES_MAX) {
      const [oldest] = this.#closedAt.keys();
      if (oldest !== undefined) this.#closedAt.delete(oldest);
    }
    this.#closedAt.set(room.code, this.#options.now());
    this.#remove(room, reason);
    this.#options.walls.forget(room.code);
  }

  /** Removes expired rooms and codes, and runs the regular work of the others; called once a second. */
  tick(): void {
    const { now, wallIdleMs, wallHostlessMs } = this.#options;
    const lifetimes = { idle: wallIdleMs, hostless: wallHostlessMs, unclaimed: UNCLAIMED_KEPT_MS };
    for (const room of this.#rooms.values()) {
      if (room.isExpired(lifetimes)) this.#remove(room, "unused");
      else room.tick();
    }
    for (const [code, closedAt] of this.#closedAt) {
      if (now() - closedAt <= CLOSED_CODE_KEPT_MS) break; // The codes are in the order of closing.
      this.#closedAt.delete(code);
    }
  }

  /** Closes every room, and removes the listeners from the engine. The engine's owner closes the engine. */
  close(reason: string): void {
    for (const room of this.#rooms.values()) this.#remove(room, reason);
    this.#options.engine.off("peer-connected", this.#onPeerConnected);
    this.#options.engine.off("peer-closed", this.#onPeerClosed);
    this.#options.engine.off("media-clock", this.#onMediaClock);
    this.#options.engine.off("frames", this.#onFrames);
  }

  #onPeerConnected = (code: string, peer: PeerId): void => {
    this.#rooms.get(code)?.handlePeerConnected(peer);
  };

  #onPeerClosed = (code: string, peer: PeerId, reason: string): void => {
    this.#rooms.get(code)?.handlePeerClosed(peer, reason);
  };

  #onFrames = (code: string, frames: readonly TimedFrame[]): void => {
    this.#rooms.get(code)?.socketMedia.take(frames);
  };

  #onMediaClock = (code: string, clocks: MediaClocks): void => {
    this.#rooms.get(code)?.timing.setMediaClocks(clocks);
  };

  /**
   * Opens a room again. A saved wall is opened by the key whose hash is saved with it or, if it was saved
   * before hashes were, by the first valid key. Without a saved wall, the key must be a current one, whose
   * code cannot have been issued to anyone else since.
   */
  #reopen(code: string, hostKey: string, isCurrent: boolean, network: string): Room {
    const kept = this.#options.walls.read(code);
    if (!isOwner(kept, hostKey, isCurrent)) {
      // While the file cannot be read, the hash of the owner's key is unknown.
      throw new LightwallError(kept.state === "unread" ? "wall-unreadable" : "key-wrong");
    }
    const saved = kept.state === "none" ? undefined : kept.wall;
    const unread = kept.state === "unread";
    const room = this.#add(code, hostKey, { network, isReturning: true }, { saved, unread });
    if (unread) this.#restoreLater(room);
    return room;
  }

  /** Restores the wall when its file can be read. Until then the room is used without it. */
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
    { network, isReturning }: { network: string; isReturning: boolean },
    kept: RoomOptions["kept"] = {},
  ): Room {
    const isDeserted = (other: string) => this.#rooms.get(other)?.isDeserted ?? false;
    const toClose = this.#quota.check(network, isReturning, isDeserted);
    const deserted = toClose === undefined ? undefined : this.#rooms.get(toClose);
    if (deserted) this.#remove(deserted, "closed for another wall");
    this.#quota.add(code, network);
    const room = new Room({ ...this.#options, kept, code, hostKey, socketQuota: this.#socketQuota });
    this.#rooms.set(code, room);
    return room;
  }

  #remove(room: Room, reason: string): void {
    this.#rooms.delete(room.code);
    this.#quota.remove(room.code);
    room.close(reason);
  }

  #issue(): ReturnType<HostKeys["issue"]> {
    for (;;) {
      const issued = this.#options.keys.issue();
      // A new room must not get the code of a saved wall: its arrangement belongs to another host.
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
