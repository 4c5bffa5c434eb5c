import { setImmediate as turn } from "node:timers/promises";
import { Cluster } from "../../server/cluster/cluster.ts";
import type { SharedWall } from "../../server/cluster/cluster-options.ts";
import type { Lease } from "../../server/cluster/leases.ts";
import { HostKeys } from "../../server/data/host-keys.ts";
import { Rooms } from "../../server/room/rooms.ts";
import { FakeEngine, OFFERS } from "./fake-engine.ts";
import { HandMember } from "./hand-member.ts";
import { silent } from "./logs.ts";
import { type MemoryBus, MemoryNats } from "./memory-bus.ts";
import { MemoryStore } from "./memory-shelf.ts";
import { MemoryWalls } from "./memory-walls.ts";

const SECRET = Buffer.alloc(32, 7);

/** A node of a cluster, with its rooms. */
export interface StageNode {
  readonly cluster: Cluster;
  readonly bus: MemoryBus;
  readonly engine: FakeEngine;
  readonly rooms: Rooms;
}

/** Nodes that carry the same walls, whose clock, NATS and media the test controls. */
export class ClusterStage {
  /** Monotonic time of all nodes, ms. */
  time = 0;
  readonly nats = new MemoryNats();
  readonly leases = new MemoryStore<Lease>();
  readonly walls = new MemoryStore<SharedWall>();
  readonly keys = new HostKeys(SECRET);
  readonly #nodes: StageNode[] = [];

  async add(): Promise<StageNode> {
    const now = () => this.time;
    const bus = this.nats.connect();
    const rooms = (): Rooms => node.rooms;
    const cluster = new Cluster(
      {
        ...{ secret: SECRET, wallsKeptMs: 1_000, site: `http://node${this.#nodes.length}`, now, log: silent },
        hasRoom: () => true,
        origins: () => [],
        listeners: () => rooms().listenerCount,
      },
      { bus, leases: this.leases.shelf(), walls: this.walls.shelf() },
    );
    const engine = new FakeEngine();
    const node: StageNode = {
      ...{ cluster, bus, engine },
      rooms: new Rooms({
        ...{
          engine,
          keys: new HostKeys(SECRET),
          cluster,
          walls: new MemoryWalls(),
          now: cluster.clock.now,
          log: silent,
        },
        ...{ wallsMax: 10, networkShare: 100, listenersMax: 100, socketListenersMax: 10 },
        ...{ packetTime: { longFrom: 300, shortBelow: 200 }, wallIdleMs: 60_000, wallHostlessMs: 60_000 },
      }),
    };
    this.#nodes.push(node);
    await cluster.start(0);
    return node;
  }

  /** Lets a second pass, in which nodes that are there give signs of life. */
  async pass(): Promise<void> {
    this.time += 1_000;
    for (const { cluster, rooms } of this.#nodes) {
      cluster.beat();
      rooms.tick();
    }
    await this.settle();
  }

  /** Lets everything arrive that is on its way. */
  async settle(): Promise<void> {
    for (let n = 0; n < 20; n++) await turn();
  }

  /** A node ends without a word. */
  kill(node: StageNode): void {
    node.bus.isConnected = false;
    this.#nodes.splice(this.#nodes.indexOf(node), 1);
  }

  /** A node says goodbye. */
  stop(node: StageNode): void {
    this.#nodes.splice(this.#nodes.indexOf(node), 1);
    void node.cluster.close();
  }

  async close(): Promise<void> {
    for (const { cluster, rooms } of this.#nodes.splice(0)) {
      await rooms.close("test");
      await cluster.close();
    }
  }

  /** A host's page comes to a node. */
  async host(
    { rooms }: StageNode,
    wall: { code: string; hostKey: string },
    arrival: { page?: string; takeOver?: boolean } = {},
  ): Promise<HandMember> {
    const member = new HandMember(`host ${arrival.page ?? ""}`);
    const room = await rooms.hold(wall.code, wall.hostKey, { network: "", ...arrival });
    room.joinHost(member, arrival);
    await this.settle();
    return member;
  }

  /** Connects the media of a listener. */
  connect({ rooms, engine }: StageNode, code: string, member: HandMember): void {
    const room = member.room ?? rooms.findForListener(code);
    const peer = room.offer(member, { offer: OFFERS.receive });
    engine.emit("peer-connected", code, peer);
  }

  /** A listener comes to a node. */
  async listen({ rooms }: StageNode, code: string, id: string): Promise<HandMember> {
    const member = new HandMember(id);
    await rooms.findForListener(code).joinListener(member, { page: `page of ${id}` });
    await this.settle();
    return member;
  }
}
