import type { Logger } from "pino";
import type { Cluster } from "../cluster/cluster.ts";
import type { ClusterListener, SharedWall } from "../cluster/cluster-options.ts";
import type { Lease } from "../cluster/leases.ts";
import type { Down, Up } from "../cluster/messages.ts";
import type { NetworkQuota } from "../limits/network-quota.ts";
import type { MediaEngine } from "../media/media-engine.ts";
import { LightwallError } from "../protocol/errors.ts";
import { Branch } from "./branch.ts";
import { Claims } from "./claims.ts";
import { FarStencils } from "./far-stencils.ts";
import type { Room } from "./room.ts";
import { WallSharing } from "./wall-sharing.ts";

/** What a room begins with that this node keeps under a lease. */
export interface UnderLease {
  readonly shared: SharedWall | undefined;
  readonly generation: number;
}

export interface TenancyOptions {
  readonly cluster: Cluster;
  readonly engine: MediaEngine;
  readonly socketQuota: NetworkQuota;
  readonly wallsMax: number;
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
  /** How this node becomes the keeper of a room. */
  readonly claims: Claims;
  readonly #sharing: WallSharing;
  readonly #stencils: FarStencils;

  constructor(options: TenancyOptions) {
    this.#options = options;
    this.#sharing = new WallSharing(options.cluster, options.log);
    this.#stencils = new FarStencils(options.cluster.walls, options.now);
    this.claims = new Claims({
      ...{ cluster: options.cluster, reservedMax: options.wallsMax, now: options.now, log: options.log },
      get: (code) => options.rooms.get(code),
      kept: (room) => this.#becomeKeeper(room),
      take: (message, from) => this.up(message, from),
    });
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
    return this.#branches.has(code) ? this.#stencils.get(code, id) : undefined;
  }

  /** Whether any node keeps, or has kept, a room under this code. */
  isTaken(code: string): boolean {
    return this.#options.cluster.leases.get(code) !== undefined;
  }

  /** What a room needs that this node keeps under a lease. */
  optionsFor({ shared, generation }: UnderLease) {
    const { cluster } = this.#options;
    return {
      far: { generation, send: (node: string, message: Down) => cluster.send(node, message) },
      delayMs: shared?.delayMs,
      share: (code: string, wall: () => SharedWall) => this.#sharing.keep(code, wall),
      hostChanged: (code: string, page: string | null) => this.#setHost(code, page),
    };
  }

  /** Another page hosts a room of this node, or none does. */
  #setHost(code: string, page: string | null): void {
    void this.#run(this.#options.cluster.leases.setPage(code, page));
  }

  /** A room of this node is closed for good. */
  end(code: string): void {
    const { leases } = this.#options.cluster;
    void this.#run(Promise.all([leases.end(code, Date.now()), this.#sharing.forget(code)]));
  }

  /** Reports to the keepers, and gives branches up in which nobody is; called once a second. */
  tick(): void {
    this.claims.tick();
    for (const branch of this.#branches.values()) {
      if (branch.listenerCount === 0) this.#closeBranch(branch, undefined);
      else if (branch.isGivenUp) this.#closeBranch(branch, "code-unknown");
      else branch.tick();
    }
  }

  /**
   * Shares at once what was still to be shared, removes the listeners of other nodes' rooms, and lets go of
   * those that other nodes have of this one's.
   */
  async close(): Promise<void> {
    for (const branch of [...this.#branches.values()]) this.#closeBranch(branch, undefined);
    // The walls go on at other nodes, so their listeners must not hear that they are closed here.
    for (const room of this.#options.rooms.all()) room.far?.forgetAll();
    await this.#sharing.flush();
  }

  keeps(code: string): boolean {
    return this.#options.rooms.get(code) !== undefined;
  }

  up(message: Up, from: string): void {
    const { cluster, rooms } = this.#options;
    const lease = cluster.leases.get(message.room);
    const room = cluster.leases.isOwn(message.room) ? rooms.get(message.room) : undefined;
    if (room) {
      room.far?.take(message, from);
      return;
    }
    if (this.claims.defer(message, from) || message.type !== "enter") return;
    const { room: code, generation, member } = message;
    // A third node has been faster. The sender hears of that too, and goes there.
    if (lease && lease.node !== cluster.node && lease.generation > generation) return;
    cluster.send(from, { type: "refused", room: code, generation, member, code: "code-unknown" });
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
    if (branch && lease.endedAt !== null) this.#closeBranch(branch, "room-closed");
    else if (branch && branch.keeper.generation !== lease.generation) branch.enterAgain(lease);
    // Who waits for it is admitted, or told that it is closed.
    void this.#run(rooms.admitWaiting({ code }));
  }

  nodeArrived(node: string): void {
    const { cluster, rooms } = this.#options;
    for (const code of cluster.leases.of(node)) {
      const branch = this.#branches.get(code);
      // It was only out of reach.
      branch?.enterAgain(branch.keeper);
      void this.#run(rooms.admitWaiting({ code }));
    }
  }

  nodeGone(node: string): void {
    for (const branch of [...this.#branches.values()]) {
      if (branch.keeper.node === node) branch.wait();
    }
    for (const room of this.#options.rooms.all()) room.far?.removeNode(node);
  }

  nodeMissed(node: string): void {
    for (const branch of this.#branches.values()) {
      if (branch.keeper.node === node) branch.enterAgain(branch.keeper);
    }
    for (const room of this.#options.rooms.all()) room.far?.expectAgain(node);
  }

  reconnected(): void {
    for (const room of this.#options.rooms.all()) room.far?.expectAgain();
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

  #becomeKeeper(room: Room): void {
    const branch = this.#branches.get(room.code);
    this.#branches.delete(room.code);
    this.#stencils.forget(room.code);
    this.#options.engine.relay(room.code, "send");
    branch?.release(room);
  }

  #becomeBranch(room: Room, lease: Lease): void {
    const seats = room.handOver();
    this.#options.rooms.forget(room);
    const branch = this.#openBranch(room.code, lease);
    for (const seat of seats) branch.adopt(seat);
  }

  #closeBranch(branch: Branch, code: "code-unknown" | "room-closed" | undefined): void {
    this.#branches.delete(branch.code);
    this.#stencils.forget(branch.code);
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
