import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { type HostKeys, hashOfKey } from "./keys.ts";
import type { MediaClocks } from "./media/broadcast.ts";
import type { MediaEngine, PeerId } from "./media/engine.ts";
import type { PacketTimeLimits } from "./packet-time.ts";
import { normaliseCode } from "./protocol/code.ts";
import { LightwallError } from "./protocol/errors.ts";
import { Room, type RoomOptions, type RoomSummary } from "./room.ts";
import type { Kept } from "./wall-files.ts";
import type { WallStore } from "./wall-store.ts";

/** How long the code of a closed room is refused as `room-closed`, ms. */
const CLOSED_CODE_KEPT = 24 * 3_600_000;
/** Most closed codes remembered; the oldest go first. */
const CLOSED_CODES_MAX = 10_000;
/** Between two of those who waited for a room and are let in, ms: about as fast as handshakes are done. */
const LET_IN_PACE = 4;
/** How long a room is kept whose host never came, ms: longer than a page takes to load. */
const UNCLAIMED_KEPT = 2 * 60_000;

export interface RoomsOptions {
  readonly engine: MediaEngine;
  readonly keys: HostKeys;
  readonly roomsMax: number;
  readonly listenersMax: number;
  readonly packetTime: PacketTimeLimits;
  readonly walls: Pick<WallStore, "has" | "read" | "readLater" | "keep" | "forget">;
  readonly roomIdleMs: number;
  readonly roomHostlessMs: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * All rooms of this server. Of a room, its wall outlives the process; its code and key are in the host's browser and
 * open it again.
 */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #rooms = new Map<string, Room>();
  readonly #closedAt = new Map<string, number>();
  readonly #owners = new Map<PeerId, Room>();
  /** Who asked for a room that is not open, by its code; called when it is. */
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(options: RoomsOptions) {
    this.#options = options;
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
   * @throws LightwallError `rooms-full`
   */
  open(): { code: string; hostKey: string } {
    const { code, hostKey } = this.#issue();
    this.#add(code, hostKey);
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
   * @throws LightwallError `key-wrong` | `room-closed` | `rooms-full` | `wall-unreadable`
   */
  findAsHost(typedCode: string, hostKey: string): Room {
    const code = normaliseCode(typedCode);
    const worth = this.#options.keys.verify(code, hostKey);
    if (worth === "wrong") throw new LightwallError("key-wrong");
    if (this.#closedAt.has(code)) throw new LightwallError("room-closed");
    const room = this.#rooms.get(code);
    // A good key of an older room that happened to have the same code opens nothing while this one lives.
    if (room && room.hostKey !== hostKey) throw new LightwallError("key-wrong");
    return room ?? this.#reopen(code, hostKey, worth === "current");
  }

  /**
   * Calls `letIn` once when a room that is not open now has its host.
   * @returns ends the wait
   */
  wait(typedCode: string, letIn: () => void): () => void {
    const code = normaliseCode(typedCode);
    const waiting = this.#waiting.get(code) ?? new Set();
    this.#waiting.set(code, waiting.add(letIn));
    return () => {
      waiting.delete(letIn);
      if (waiting.size === 0 && this.#waiting.get(code) === waiting) this.#waiting.delete(code);
    };
  }

  /** The room has its host: lets in those who waited for it, one after another. */
  async hosted({ code }: Room): Promise<void> {
    const waiting = this.#waiting.get(code) ?? [];
    this.#waiting.delete(code);
    for (const letIn of waiting) {
      letIn();
      await sleep(LET_IN_PACE);
    }
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
    const { now, roomIdleMs, roomHostlessMs } = this.#options;
    const lifetimes = { idle: roomIdleMs, hostless: roomHostlessMs, unclaimed: UNCLAIMED_KEPT };
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

  #onPeerConnected = (peer: PeerId): void => {
    this.#owners.get(peer)?.peerConnected(peer);
  };

  #onPeerClosed = (peer: PeerId, reason: string): void => {
    this.#owners.get(peer)?.peerClosed(peer, reason);
  };

  #onMediaClock = (code: string, clocks: MediaClocks): void => {
    this.#rooms.get(code)?.timing.mediaClock(clocks);
  };

  /**
   * Opens a room again. A kept wall is opened by the key it was opened with; one kept before keys were noted, by the first
   * good key. Where nothing is kept, only a key opens it whose code nobody else can have been given since.
   */
  #reopen(code: string, hostKey: string, isCurrent: boolean): Room {
    const kept = this.#options.walls.read(code);
    if (!isOwner(kept, hostKey, isCurrent)) {
      // Whose the wall is stands in what cannot be read.
      throw new LightwallError(kept.state === "unread" ? "wall-unreadable" : "key-wrong");
    }
    const saved = kept.state === "none" ? undefined : kept.wall;
    const unread = kept.state === "unread";
    const room = this.#add(code, hostKey, { saved, unread });
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

  #add(code: string, hostKey: string, kept: RoomOptions["kept"] = {}): Room {
    if (this.#rooms.size >= this.#options.roomsMax) throw new LightwallError("rooms-full");
    const room = new Room({ ...this.#options, kept, code, hostKey, owners: this.#owners });
    this.#rooms.set(code, room);
    return room;
  }

  #remove(room: Room, reason: string): void {
    this.#rooms.delete(room.code);
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
