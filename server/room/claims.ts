import type { Logger } from "pino";
import type { Cluster } from "../cluster/cluster.ts";
import type { SharedWall } from "../cluster/cluster-options.ts";
import type { Up } from "../cluster/messages.ts";
import { LightwallError } from "../protocol/errors.ts";
import type { HostArrival } from "./member.ts";
import type { Room } from "./room.ts";

/** How often a node reaches for a room that others reach for at the same time. */
const ATTEMPTS = 5;
/** How long a code is reserved for a host: longer than its page takes to load, ms. */
const RESERVED_MS = 2 * 60_000;
/** Messages that wait while a room is being opened: one of each listener of a large wall. */
const WAITING_MAX = 20_000;

/** What a host with a valid key for the code may do. */
export interface Owner {
  /** @throws LightwallError `key-wrong` | `wall-unreadable` if the wall that was saved is another host's */
  check(kept: SharedWall | undefined): void;
  /** Opens the room under a lease, with the wall that was saved. */
  open(kept: SharedWall | undefined, generation: number): Room;
}

export interface ClaimsOptions {
  readonly cluster: Pick<Cluster, "leases" | "nodes" | "walls" | "isConnected" | "failure">;
  /** Codes that are reserved at the same time. */
  readonly reservedMax: number;
  /** A room that this node keeps; undefined if it is not open here. */
  readonly get: (code: string) => Room | undefined;
  /** This node keeps a room from now on. */
  readonly kept: (room: Room) => void;
  /** Takes what another node has said while the room was being opened. */
  readonly take: (message: Up, from: string) => void;
  /** Monotonic time, ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/** How this node becomes the one that keeps a room. */
export class Claims {
  readonly #options: ClaimsOptions;
  /** What was said of rooms that this node is about to open, by code. */
  readonly #opening = new Map<string, { message: Up; from: string }[]>();
  /** Codes under which no room is open yet, and when they were reserved, ms. */
  readonly #reserved = new Map<string, number>();

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /**
   * Makes this node the keeper of a room, for its host.
   * @throws LightwallError `room-closed` | `host-present` | `servers-apart`, and whatever `owner` throws
   */
  async hold(code: string, host: HostArrival, owner: Owner): Promise<Room> {
    const waiting = this.#opening.get(code) ?? [];
    this.#opening.set(code, waiting);
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const room = await this.#reach(code, host, owner);
        if (!room) continue;
        this.#reserved.delete(code);
        return room;
      }
      throw new LightwallError("servers-apart");
    } catch (error) {
      if (error instanceof LightwallError) throw error;
      // JetStream does not answer, or this node has just lost NATS.
      this.#options.log.warn({ err: error, wall: code }, "the wall cannot be opened here");
      throw new LightwallError("servers-apart", error);
    } finally {
      this.#opening.delete(code);
      for (const { message, from } of waiting.splice(0)) this.#options.take(message, from);
    }
  }

  /**
   * Reserves a new code, which no other node has, for a host that is about to open its room here.
   * @throws LightwallError `servers-apart` | `rooms-full`
   */
  async reserve<Issued extends { code: string }>(issue: () => Issued): Promise<Issued> {
    const { cluster, reservedMax, now, log } = this.#options;
    if (this.#reserved.size >= reservedMax) throw new LightwallError("rooms-full");
    try {
      for (let issued = issue(); cluster.isConnected; issued = issue()) {
        // Before the answer, so that many requests at a time count too.
        this.#reserved.set(issued.code, now());
        if (await cluster.leases.take(issued.code, null, undefined)) return issued;
        this.#reserved.delete(issued.code);
      }
    } catch (err) {
      log.warn({ err }, "no code can be reserved");
    }
    throw new LightwallError("servers-apart");
  }

  /** Gives up codes that no host has used; called once a second. */
  tick(): void {
    const { cluster, now, log } = this.#options;
    for (const [code, at] of this.#reserved) {
      if (now() - at < RESERVED_MS || this.#opening.has(code)) continue;
      this.#reserved.delete(code);
      cluster.leases.drop(code).catch((err) => log.warn({ err }, "an unused code stays reserved"));
    }
  }

  /** Keeps a message for a room that is being opened. @returns whether it is */
  defer(message: Up, from: string): boolean {
    const waiting = this.#opening.get(message.room);
    if (waiting && waiting.length < WAITING_MAX) waiting.push({ message, from });
    return waiting !== undefined;
  }

  /** One attempt; undefined if another node was faster. */
  async #reach(code: string, { page, takeOver }: HostArrival, owner: Owner): Promise<Room | undefined> {
    const { cluster, get, kept } = this.#options;
    const { leases, nodes, walls } = cluster;
    const looked = leases.look(code);
    const lease = looked?.value;
    if (lease && lease.endedAt !== null) throw new LightwallError("room-closed");
    const own = leases.isOwn(code) ? get(code) : undefined;
    if (own) return own;
    if (!cluster.isConnected) throw new LightwallError("servers-apart");
    // A node that hears none of the others would take the walls from under their hosts.
    if (lease && !nodes.has(lease.node) && cluster.failure) throw new LightwallError("servers-apart");
    if (lease && nodes.has(lease.node) && lease.page !== null && lease.page !== page && !takeOver) {
      throw new LightwallError("host-present");
    }
    // Before this node reaches for it: whoever has a key of an earlier room with this code gets nothing.
    owner.check((await walls.get(code))?.value);
    const taken = await leases.take(code, page ?? null, looked);
    if (!taken) return;
    const saved = (await walls.get(code))?.value;
    // Meanwhile another node may have taken it from this one.
    if (!leases.isOwn(code) || leases.get(code)?.generation !== taken.generation) return;
    // Two pages of this node may have asked at the same time.
    const opened = get(code) ?? owner.open(saved, taken.generation);
    kept(opened);
    return opened;
  }
}
