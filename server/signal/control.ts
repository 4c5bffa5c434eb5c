import type { ServerCapacity } from "../limits/capacity.ts";
import type { ClientLimits } from "../limits/client-limits.ts";
import { NetworkQuota } from "../limits/network-quota.ts";
import { networkOf } from "../net/address.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { Room } from "../room/room.ts";
import type { Rooms } from "../room/rooms.ts";
import type { Watcher } from "../room/watchers.ts";
import { type HostCommand, runHostCommand } from "./host-commands.ts";
import { findAsHost } from "./host-door.ts";

/** Programs that follow walls, of all networks together. Each may leave about 1 MiB unread. */
const WATCHERS_MAX = 200;

export interface ControlOptions {
  readonly rooms: Rooms;
  readonly limits: ClientLimits;
  readonly capacity: ServerCapacity;
  /** How many of the programs that follow walls may be of one network, percent. */
  readonly networkShare: number;
}

/** What a program shows with each request. */
export interface ControlRequest {
  /** The code of a wall. */
  readonly code: string;
  readonly hostKey: string;
  /** Address of the program. It is only counted, never logged. */
  readonly address: string;
}

/** Walls in the hands of programs that have their host keys: they set what a host's page can set. */
export class Control {
  readonly #options: ControlOptions;
  readonly #quota: NetworkQuota;
  readonly #watchers = new Set<Watcher>();

  constructor(options: ControlOptions) {
    this.#options = options;
    this.#quota = new NetworkQuota({ capacity: WATCHERS_MAX, networkShare: options.networkShare });
  }

  /**
   * Finds the wall of a request, and opens it again if it is not open.
   * Rejects with a LightwallError as {@link Rooms.holdForProgram}; and `changed-too-often` |
   * `server-stopping`.
   */
  async find(request: ControlRequest): Promise<Room> {
    const { rooms, limits, capacity } = this.#options;
    if (capacity.refusal === "server-stopping") throw new LightwallError("server-stopping");
    limits.countRequest(request.address);
    const room = await findAsHost(this.#options, request);
    limits.addKnownWall(request.address, room.code);
    void rooms.admitWaiting(room);
    return room;
  }

  /**
   * Carries out what a host's page would send as a message. The page, if it is open, learns of it.
   * @throws LightwallError as `runHostCommand`
   */
  run(room: Room, command: HostCommand): void {
    runHostCommand(this.#options.rooms, room, command);
    // Of everything else the room tells the page by itself.
    if (command.type === "protect") room.feed.tellPassword(command.password);
  }

  /** Number of programs that follow walls. */
  get followers(): number {
    return this.#watchers.size;
  }

  /**
   * Lets a program follow a wall. It counts as a socket of its network.
   * @returns ends it; idempotent
   * @throws LightwallError `rate-limited` | `server-full`
   */
  watch(room: Room, address: string, watcher: Watcher): () => void {
    const { limits } = this.#options;
    const network = networkOf(address);
    if (this.#quota.isFull || this.#quota.isFullFor(network)) throw new LightwallError("server-full");
    if (!limits.acquireSocket(address)) throw new LightwallError("rate-limited");
    this.#quota.acquire(network);
    this.#watchers.add(watcher);
    room.feed.add(watcher);
    return () => {
      if (!this.#watchers.delete(watcher)) return;
      room.feed.remove(watcher);
      this.#quota.release(network);
      limits.releaseSocket(address);
    };
  }

  /** Ends all programs that follow walls; idempotent. */
  close(): void {
    for (const watcher of [...this.#watchers]) watcher.end();
  }
}
