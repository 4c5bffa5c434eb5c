import type { Logger } from "pino";
import type { Cluster, ClusterListener, SharedWall } from "../cluster/cluster.ts";
import type { Lease } from "../cluster/leases.ts";
import type { Down, Up } from "../cluster/messages.ts";
import type { NetworkQuota } from "../limits/network-quota.ts";
import type { MediaEngine } from "../media/media-engine.ts";
import { LightwallError } from "../protocol/errors.ts";
import { keepStencil } from "../wall/kept-stencil.ts";
import { Branch } from "./branch.ts";
import type { Room } from "./room.ts";

/** How long changes of a wall are collected before the nodes share them, ms. */
const COLLECT_MS = 500;
/** How often a node reaches for a room that others reach for at the same time. */
const ATTEMPTS = 5;
/** Messages that wait while a room is being opened: one of each listener of a large wall. */
const WAITING_MAX = 20_000;

/** What a host presents that wants to host a room here. */
export interface Claim {
  /** Id of its page. */
  readonly page?: string | undefined;
  /** Whether it takes the room over from another page. */
  readonly takeOver?: boolean | undefined;
}

/** What a room begins with that this node keeps under a lease. */
export interface UnderLease {
  readonly shared: SharedWall | undefined;
  readonly generation: number;
}

/** What a host with a valid key for the code may do. */
export interface Owner {
  /** @throws LightwallError `key-wrong` | `wall-unreadable` if the wall that was saved is another host's */
  check(kept: SharedWall | undefined): void;
  /** Opens the room under a lease, with the wall that was saved. */
  open(kept: SharedWall | undefined, generation: number): Room;
}

export interface TenancyOptions {
  readonly cluster: Cluster;
  readonly engine: MediaEngine;
  readonly socketQuota: NetworkQuota;
  /** The rooms that this node keeps. */
  readonly rooms: {
    get(code: string): Room | undefined;
    all(): Iterable<Room>;
    /** Removes a room that another node keeps from now on, without a word to its members. */
    forget(room: Room): void;
    /** Admits the pages that wait for a room. */
    admitWaiting(room: { readonly code: string }): Promise<void>;
  };
  /** Monotonic time in ms, of the wall clock. */
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * The rooms that several nodes share. The node at which a room's host is keeps the room, under a lease; other
 * nodes have branches of it, for their listeners. When the host comes to another node, that one takes the
 * lease, and whoever was in the room stays, with the media.
 */
export class Tenancy implements ClusterListener {
  readonly #options: TenancyOptions;
  readonly #branches = new Map<string, Branch>();
  /** What was said of rooms that this node is about to open, by code. */
  readonly #opening = new Map<string, { message: Up; from: string }[]>();
  readonly #saving = new Map<string, { timer: NodeJS.Timeout; save: () => Promise<void> }>();

  constructor(options: TenancyOptions) {
    this.#options = options;
    options.cluster.listener = this;
  }

  /** Listeners at this node of rooms that other nodes keep. */
  get listenerCount(): number {
    return this.#branches.values().reduce((sum, branch) => sum + branch.listenerCount, 0);
  }

  /** This node's part of a room that another node keeps. */
  branch(code: string): Branch | undefined {
    return this.#branches.get(code);
  }

  /**
   * The room as this node's listeners find it, if another node keeps it that is there; otherwise undefined.
   * @throws LightwallError `room-closed`
   */
  find(code: string): Branch | undefined {
    const { cluster } = this.#options;
    const lease = cluster.leases.get(code);
    if (lease && lease.endedAt !== null) throw new LightwallError("room-closed");
    if (!lease || lease.node === cluster.node || !cluster.nodes.has(lease.node)) return;
    return this.#branches.get(code) ?? this.#openBranch(code, lease);
  }

  /** Address of the node that keeps a room, "" if it has none; undefined if no other node does. */
  siteOf(code: string): string | undefined {
    const { cluster } = this.#options;
    const lease = cluster.leases.get(code);
    if (!lease || lease.endedAt !== null) return;
    return cluster.nodes.all.find(({ node }) => node === lease.node)?.site;
  }

  /** A stencil of a room that another node keeps, compressed; undefined if it has another one or none. */
  async stencil(code: string, id: string): Promise<Buffer | undefined> {
    if (!this.#branches.has(code)) return;
    const stencil = (await this.#options.cluster.walls.get(code))?.value.wall.stencil;
    const kept = stencil && keepStencil(stencil);
    return kept?.id === id ? kept.body : undefined;
  }

  /** Whether any node keeps, or has kept, a room under this code. */
  isTaken(code: string): boolean {
    return this.#options.cluster.leases.get(code) !== undefined;
  }

  /**
   * Makes this node the keeper of a room, for its host.
   * @throws LightwallError `room-closed` | `host-present` | `server-full`, and whatever `owner` throws
   */
  async hold(code: string, claim: Claim, owner: Owner): Promise<Room> {
    const waiting = this.#opening.get(code) ?? [];
    this.#opening.set(code, waiting);
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const room = await this.#reach(code, claim, owner);
        if (room) return room;
      }
      throw new LightwallError("server-full");
    } finally {
      this.#opening.delete(code);
      for (const { message, from } of waiting.splice(0)) this.up(message, from);
    }
  }

  /** One attempt; undefined if another node was faster. */
  async #reach(code: string, { page, takeOver }: Claim, owner: Owner): Promise<Room | undefined> {
    const { cluster, rooms, engine } = this.#options;
    const { leases, nodes, walls } = cluster;
    const looked = leases.look(code);
    const lease = looked?.value;
    if (lease && lease.endedAt !== null) throw new LightwallError("room-closed");
    const own = leases.isOwn(code) ? rooms.get(code) : undefined;
    if (own) return own;
    if (lease && nodes.has(lease.node) && lease.page !== null && lease.page !== page && !takeOver) {
      throw new LightwallError("host-present");
    }
    // Before this node reaches for it: whoever has a key of an earlier room with this code gets nothing.
    owner.check((await walls.get(code))?.value);
    const taken = await leases.take(code, page ?? null, looked);
    if (!taken) return;
    const kept = (await walls.get(code))?.value;
    // Meanwhile another node may have taken it from this one.
    if (!leases.isOwn(code) || leases.get(code)?.generation !== taken.generation) return;
    // Two pages of this node may have asked at the same time.
    const opened = rooms.get(code) ?? owner.open(kept, taken.generation);
    const branch = this.#branches.get(code);
    this.#branches.delete(code);
    engine.relay(code, "send");
    for (const seat of branch?.release() ?? []) opened.adopt(seat);
    return opened;
  }

  /** What a room needs that this node keeps under a lease. */
  optionsFor({ shared, generation }: UnderLease) {
    const { cluster } = this.#options;
    return {
      far: { generation, send: (node: string, message: Down) => cluster.send(node, message) },
      delayMs: shared?.delayMs,
      share: (code: string, wall: () => SharedWall) => this.#keep(code, wall),
      hostChanged: (code: string, page: string | null) => this.#setHost(code, page),
    };
  }

  /** Shares a wall with the other nodes, soon. */
  #keep(code: string, wall: () => SharedWall): void {
    if (this.#saving.has(code)) return;
    const save = async () => {
      this.#saving.delete(code);
      const { cluster } = this.#options;
      // When NATS is back, all walls are shared again.
      if (cluster.isConnected && cluster.leases.isOwn(code)) await this.#run(cluster.walls.put(code, wall()));
    };
    this.#saving.set(code, { timer: setTimeout(save, COLLECT_MS), save });
  }

  /** Another page hosts a room of this node, or none does. */
  #setHost(code: string, page: string | null): void {
    void this.#run(this.#options.cluster.leases.setPage(code, page));
  }

  /** A room of this node is closed for good. */
  end(code: string): void {
    const { leases, walls } = this.#options.cluster;
    clearTimeout(this.#saving.get(code)?.timer);
    this.#saving.delete(code);
    void this.#run(Promise.all([leases.end(code, Date.now()), walls.delete(code)]));
  }

  /** Reports to the keepers, and gives branches up in which nobody is; called once a second. */
  tick(): void {
    for (const branch of this.#branches.values()) {
      if (branch.size > 0) branch.tick();
      else this.#closeBranch(branch, undefined);
    }
  }

  /** Shares at once what was still to be shared, and removes the listeners of other nodes' rooms. */
  async close(): Promise<void> {
    for (const branch of [...this.#branches.values()]) this.#closeBranch(branch, undefined);
    const saving = [...this.#saving.values()];
    for (const { timer } of saving) clearTimeout(timer);
    await Promise.all(saving.map(({ save }) => save()));
  }

  up(message: Up, from: string): void {
    const { cluster, rooms } = this.#options;
    const room = cluster.leases.isOwn(message.room) ? rooms.get(message.room) : undefined;
    const waiting = this.#opening.get(message.room);
    if (room) room.far?.take(message, from);
    else if (waiting && waiting.length < WAITING_MAX) waiting.push({ message, from });
    else if (message.type === "enter") {
      const { room: code, generation, member } = message;
      cluster.send(from, { type: "refused", room: code, generation, member, code: "code-unknown" });
    }
  }

  down(message: Down): void {
    this.#branches.get(message.room)?.take(message);
  }

  leaseChanged(code: string, lease: Lease): void {
    const { cluster, rooms } = this.#options;
    if (lease.node === cluster.node) return;
    const room = rooms.get(code);
    if (room) this.#becomeBranch(room, lease);
    const branch = this.#branches.get(code);
    if (lease.endedAt !== null) {
      if (branch) this.#closeBranch(branch, "room-closed");
    } else if (branch && !room) branch.enterAgain(lease);
    else void this.#run(rooms.admitWaiting({ code }));
  }

  nodeArrived(node: string): void {
    const { cluster, rooms } = this.#options;
    for (const code of cluster.leases.of(node)) void this.#run(rooms.admitWaiting({ code }));
  }

  nodeGone(node: string): void {
    for (const branch of [...this.#branches.values()]) {
      if (branch.keeper.node === node) this.#closeBranch(branch, "code-unknown");
    }
    for (const room of this.#options.rooms.all()) room.far?.removeNode(node);
  }

  nodeMissed(node: string): void {
    for (const branch of this.#branches.values()) {
      if (branch.keeper.node === node) branch.enterAgain(branch.keeper);
    }
  }

  restored(): void {
    for (const branch of this.#branches.values()) branch.enterAgain(branch.keeper);
    for (const room of this.#options.rooms.all()) {
      room.saveWall();
      this.#setHost(room.code, room.hostPage);
    }
  }

  #openBranch(code: string, keeper: Lease): Branch {
    const { cluster } = this.#options;
    const send = (node: string, message: Up) => cluster.send(node, message);
    const branch = new Branch({ ...this.#options, code, keeper, send });
    this.#branches.set(code, branch);
    return branch;
  }

  #becomeBranch(room: Room, lease: Lease): void {
    const seats = room.handOver();
    this.#options.rooms.forget(room);
    const branch = this.#openBranch(room.code, lease);
    for (const seat of seats) branch.adopt(seat);
  }

  #closeBranch(branch: Branch, code: "code-unknown" | "room-closed" | undefined): void {
    this.#branches.delete(branch.code);
    branch.close(code);
  }

  /** What fails here is made good when NATS is back. */
  async #run(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (err) {
      this.#options.log.warn({ err }, "the nodes were not told");
    }
  }
}
