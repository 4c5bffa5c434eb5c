import type { Cluster } from "../cluster/cluster.ts";
import { hashOfKey } from "../data/host-keys.ts";
import { NetworkQuota } from "../limits/network-quota.ts";
import { LightwallError } from "../protocol/errors.ts";
import { normaliseCode } from "../protocol/format.ts";
import type { Owner } from "./claims.ts";
import { ClosedCodes } from "./closed-codes.ts";
import { passEngineEvents } from "./engine-events.ts";
import type { ListenerRoom } from "./member.ts";
import { keptFor, type ShownKey } from "./ownership.ts";
import { Room } from "./room.ts";
import type { RoomOptions } from "./room-options.ts";
import type { Opened, RoomClaim, RoomsOptions } from "./rooms-options.ts";
import type { RoomSummary } from "./summary.ts";
import { Tenancy, type UnderLease } from "./tenancy.ts";
import { WaitingPages } from "./waiting-pages.ts";
import { WallQuota } from "./wall-quota.ts";

/** How long a room is kept that no host has ever joined: longer than a page takes to load. */
const UNCLAIMED_KEPT_MS = 2 * 60_000;

/**
 * All rooms of this server. After a restart, a room's host opens it again with the code and key that its
 * browser has stored; its `Wall` has been saved on disk.
 */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #rooms = new Map<string, Room>();
  readonly #quota: WallQuota;
  readonly #closed: ClosedCodes;
  readonly #waitingPages = new WaitingPages();
  readonly #socketQuota: NetworkQuota;
  readonly #endEvents: () => void;
  /** The rooms that several nodes share; undefined where there is one node. */
  readonly #tenancy: Tenancy | undefined;

  constructor(options: RoomsOptions) {
    this.#options = options;
    const { socketListenersMax: capacity, networkShare } = options;
    this.#socketQuota = new NetworkQuota({ capacity, networkShare });
    this.#quota = new WallQuota(options);
    this.#closed = new ClosedCodes(options.now);
    this.#tenancy = options.cluster && this.#share(options.cluster);
    this.#endEvents = passEngineEvents({
      engine: options.engine,
      mediaOf: (code) => this.#rooms.get(code) ?? this.#tenancy?.branch(code),
      timingOf: (code) => this.#rooms.get(code)?.timing,
      toWallClock: options.cluster?.clock.ofLocal ?? ((time) => time),
    });
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** The listeners at this node. */
  get listenerCount(): number {
    const own = this.#rooms.values().reduce((sum, room) => sum + room.ownListenerCount, 0);
    return own + (this.#tenancy?.listenerCount ?? 0);
  }

  /** Whether a room is open under this code. */
  has(code: string): boolean {
    return this.#rooms.has(code);
  }

  /** A stencil of an open room, compressed; undefined if the room has another one or none. */
  stencil(code: string, id: string): Buffer | undefined | Promise<Buffer | undefined> {
    return this.#rooms.get(code)?.wall.stencil(id) ?? this.#tenancy?.stencil(code, id);
  }

  /** A summary of every room, for an administrator. */
  list(): RoomSummary[] {
    return [...this.#rooms.values()].map((room) => room.summary);
  }

  /**
   * Opens a room under a new code. Its host then joins with the key.
   * @param network the network whose quota it counts towards; by default, one that all such rooms share
   * @throws LightwallError `rooms-full`
   */
  open(network = ""): Opened {
    const { code, hostKey } = this.#issue();
    this.#add(code, hostKey, { network, isReturning: false });
    return { code, hostKey };
  }

  /**
   * Gives a host a new code and its key. Where several nodes share rooms, the room opens when the host joins;
   * until then its code is reserved.
   * @throws LightwallError as {@link open}, or rejects with `servers-apart`
   */
  openForHost(network: string): Opened | Promise<Opened> {
    if (!this.#tenancy) return this.open(network);
    this.#quota.check(network, false, (code) => !!this.#rooms.get(code)?.isDeserted);
    return this.#tenancy.claims.reserve(() => this.#issue());
  }

  /**
   * Finds a room that this node keeps.
   * @throws LightwallError `code-unknown` | `room-closed` | `kept-elsewhere`
   */
  find(typedCode: string): Room {
    const code = normaliseCode(typedCode);
    if (this.#closed.has(code)) throw new LightwallError("room-closed");
    const room = this.#rooms.get(code);
    if (room) return room;
    this.#requireKeptHere(code);
    throw new LightwallError("code-unknown");
  }

  /**
   * Finds a room for a listener, whichever node keeps it.
   * @throws LightwallError `code-unknown` | `room-closed`
   */
  findForListener(typedCode: string): ListenerRoom {
    const code = normaliseCode(typedCode);
    return this.#tenancy?.find(code) ?? this.find(code);
  }

  /**
   * Finds a room for the page of its host, as {@link findAsHost}. Where several nodes share it, this one
   * becomes its keeper.
   * @throws LightwallError as {@link findAsHost}, or rejects with it, or with `host-present`
   */
  hold(typedCode: string, hostKey: string, arrival: RoomClaim): Room | Promise<Room> {
    const [{ network }, tenancy, code] = [arrival, this.#tenancy, normaliseCode(typedCode)];
    const validity = this.#options.keys.verify(code, hostKey);
    if (!tenancy || validity === "wrong") return this.findAsHost(typedCode, hostKey, network);
    const key = { hostKey, isCurrent: validity === "current" };
    const owner: Owner = {
      check: (shared) => void keptFor({ code, ...key }, this.#options.walls, shared),
      open: (shared, generation) => {
        const room = this.#reopen(code, key, network, { shared, generation });
        // Before anyone comes in. The host may be at a browser that does not know it.
        room.password.set(shared?.password ?? arrival.password ?? "");
        return room;
      },
    };
    return tenancy.claims.hold(code, arrival, owner).then((room) => {
      if (room.hostKey !== hostKey) throw new LightwallError("key-wrong");
      return room;
    });
  }

  /**
   * Finds a room for a program that shows its host key. The program has to go to the node that keeps it.
   * @throws LightwallError as {@link findAsHost}, or rejects with it, or with `kept-elsewhere`
   */
  holdForProgram(typedCode: string, hostKey: string, network: string): Room | Promise<Room> {
    const code = normaliseCode(typedCode);
    if (this.#options.keys.verify(code, hostKey) !== "wrong") this.#requireKeptHere(code);
    return this.hold(code, hostKey, { network });
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
    if (this.#closed.has(code)) throw new LightwallError("room-closed");
    const room = this.#rooms.get(code);
    // The key may be valid for an earlier room that had the same code. It does not open this one.
    if (room && room.hostKey !== hostKey) throw new LightwallError("key-wrong");
    return room ?? this.#reopen(code, { hostKey, isCurrent: validity === "current" }, network);
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
  admitWaiting({ code }: { readonly code: string }): Promise<void> {
    return this.#waitingPages.admitAll(code);
  }

  /** Closes a room for good: its code is refused for a day, even with its key, and its wall is deleted. */
  end(room: Room, reason = "ended by its host"): void {
    this.#closed.add(room.code);
    this.#remove(room, reason);
    this.#tenancy?.end(room.code);
    this.#options.walls.forget(room.code);
  }

  /** Removes expired rooms and codes, and runs the regular work of the others; called once a second. */
  tick(): void {
    const { wallIdleMs, wallHostlessMs } = this.#options;
    const lifetimes = { idle: wallIdleMs, hostless: wallHostlessMs, unclaimed: UNCLAIMED_KEPT_MS };
    for (const room of this.#rooms.values()) {
      if (room.isExpired(lifetimes)) this.#remove(room, "unused");
      else room.tick();
    }
    this.#tenancy?.tick();
    this.#closed.tick();
  }

  /**
   * Closes every room, and removes the listeners from the engine. The engine's owner closes the engine.
   * Resolves when the nodes share the last state of its walls.
   */
  close(reason: string): Promise<void> {
    const shared = this.#tenancy?.close() ?? Promise.resolve();
    for (const room of this.#rooms.values()) this.#remove(room, reason);
    this.#endEvents();
    return shared;
  }

  /** @throws LightwallError `kept-elsewhere`, whose cause is the address of the node that keeps the room */
  #requireKeptHere(code: string): void {
    const site = this.#tenancy?.siteOf(code);
    if (site !== undefined) throw new LightwallError("kept-elsewhere", site);
  }

  #share(cluster: Cluster): Tenancy {
    const rooms = {
      get: (code: string) => this.#rooms.get(code),
      all: () => this.#rooms.values(),
      admitWaiting: (room: { readonly code: string }) => this.admitWaiting(room),
      forget: (room: Room) => {
        this.#rooms.delete(room.code);
        this.#quota.remove(room.code);
      },
    };
    return new Tenancy({ ...this.#options, cluster, rooms, socketQuota: this.#socketQuota });
  }

  /** Opens a room again, if the key may do that (see {@link keptFor}). */
  #reopen(code: string, key: ShownKey, network: string, lease?: UnderLease): Room {
    const kept = keptFor({ code, ...key }, this.#options.walls, lease?.shared);
    const saved = kept.state === "none" ? undefined : kept.wall;
    const unread = kept.state === "unread";
    const room = this.#add(code, key.hostKey, { network, isReturning: true }, { saved, unread }, lease);
    if (unread) this.#restoreLater(room);
    return room;
  }

  /** Restores the wall when its file can be read. Until then the room is used without it. */
  #restoreLater(room: Room): void {
    this.#options.walls.readLater(room.code, (wall) => {
      const isOwn = wall.keyHash === undefined || wall.keyHash === hashOfKey(room.hostKey);
      if (isOwn) {
        room.wall.restore(wall);
        // Unless the host has set one meanwhile.
        room.timing.setDelay(room.timing.fixedDelayMs ?? wall.fixedDelayMs ?? null);
      } else if (this.#rooms.get(room.code) === room) this.#remove(room, "its wall is another host's");
      return isOwn;
    });
  }

  #add(
    code: string,
    hostKey: string,
    { network, isReturning }: { network: string; isReturning: boolean },
    kept: RoomOptions["kept"] = {},
    lease?: UnderLease,
  ): Room {
    const toClose = this.#quota.check(network, isReturning, (other) => !!this.#rooms.get(other)?.isDeserted);
    const deserted = toClose === undefined ? undefined : this.#rooms.get(toClose);
    if (deserted) this.#remove(deserted, "closed for another wall");
    this.#quota.add(code, network);
    const room = new Room({
      ...{ ...this.#options, kept, code, hostKey, socketQuota: this.#socketQuota },
      ...(lease && this.#tenancy?.optionsFor(lease)),
    });
    this.#rooms.set(code, room);
    return room;
  }

  #remove(room: Room, reason: string): void {
    this.#rooms.delete(room.code);
    this.#quota.remove(room.code);
    room.close(reason);
    this.#options.engine.relay(room.code, "none");
  }

  #issue(): Opened {
    for (;;) {
      const issued = this.#options.keys.issue();
      // A new room must not get the code of a saved wall: its arrangement belongs to another host.
      const { code } = issued;
      const isTaken = this.#rooms.has(code) || this.#closed.has(code) || this.#options.walls.has(code);
      if (!isTaken && !this.#tenancy?.isTaken(code)) return issued;
    }
  }
}
