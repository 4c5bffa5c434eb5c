import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bus } from "../relay/bus.ts";
import { connectNats, type NatsBus, type NatsOptions } from "../relay/nats.ts";
import type { ClusterListener, ClusterOptions, ClusterParts, SharedWall } from "./cluster-options.ts";
import { type Lease, Leases } from "./leases.ts";
import { Links } from "./links.ts";
import { type Down, isDown, isUp, type NodeMessage, type Up } from "./messages.ts";
import { HEARTBEAT_MS, Nodes } from "./nodes.ts";
import { Recovery } from "./recovery.ts";
import { Shelf, type Shelves } from "./shelf.ts";
import { SharedClock } from "./wall-clock.ts";

/** Heartbeats between two questions to the reference clock. */
const HEARTBEATS_PER_READING = 2;
/** Heartbeats between two looks whether JetStream still has what the nodes share. */
const HEARTBEATS_PER_CHECK = 10;
/** Questions to the reference clock at the start, and the interval between them, ms. */
const FIRST_READINGS = 8;
const FIRST_INTERVAL_MS = 20;
/** How long a starting node listens for others, ms: a little longer than the interval of heartbeats. */
const LISTEN_MS = 700;

/** This node and the others that carry the same walls. */
export class Cluster {
  /** Id of this node, new with each start. */
  readonly node = randomUUID();
  readonly clock: SharedClock;
  readonly leases: Leases;
  readonly walls: Shelves<SharedWall>;
  readonly nodes: Nodes;
  /** To be set before {@link start}. */
  listener!: ClusterListener;
  readonly #options: ClusterOptions;
  readonly #bus: Bus;
  readonly #links: Links;
  readonly #leaseShelf: Shelves<Lease>;
  /** The oldest node is the reference clock, so a node that hears others when it starts is younger. */
  #startedAt = Date.now();
  #reference: string | undefined;
  #losses = 0;
  readonly #recovery: Recovery;
  #beats = 0;
  /** Whether others are there of which this node takes nothing. */
  #isDeaf = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ClusterOptions, { bus, leases, walls }: ClusterParts) {
    this.#options = options;
    this.#bus = bus;
    this.#leaseShelf = leases;
    this.walls = walls;
    this.clock = new SharedClock(options.now);
    const changed = (code: string, lease: Lease) => this.listener.leaseChanged(code, lease);
    this.leases = new Leases({
      ...{ shelf: leases, node: this.node, changed },
      keeps: (code) => this.listener.keeps(code),
      failed: (err) => options.log.warn({ err }, "a lease that is missing cannot be put back yet"),
    });
    this.nodes = new Nodes({
      now: options.now,
      arrived: (node) => this.#arrived(node),
      gone: (node) => this.#gone(node),
      missed: (node) => this.listener.nodeMissed(node),
    });
    this.#recovery = new Recovery({
      ...{ shelves: [leases, walls], leases: this.leases, log: options.log },
      isConnected: () => this.isConnected,
      restored: () => this.listener.restored(),
    });
    const refusing = () =>
      options.log.warn(
        "NATS brings messages that this server refuses: of servers with another SECRET or version, " +
          "or whose clocks are more than two minutes off",
      );
    const receive = (message: NodeMessage, from: string) => this.#receive(message, from);
    this.#links = new Links({ bus, secret: options.secret, node: this.node, receive, refusing });
    bus.onError = (err) => options.log.error({ err }, "message of another node failed");
    bus.onChange = (isConnected) => void this.#handleConnection(isConnected);
  }

  /** @throws Error with one line if NATS cannot be reached, refuses this server, or has no JetStream */
  static async open(nats: NatsOptions, options: ClusterOptions): Promise<Cluster> {
    const bus = await connectNats(nats, "lightwall");
    try {
      return new Cluster(options, { bus, ...(await Cluster.openShelves(bus, options)) });
    } catch (error) {
      await bus.close();
      throw error;
    }
  }

  /**
   * Addresses of the other nodes for pages, those first that take more listeners, and otherwise in any order,
   * so that pages spread over them.
   */
  get sites(): string[] {
    const known = this.nodes.all.filter(({ site }) => site !== "" && site !== this.#options.site);
    const shuffled = known.map((node) => ({ ...node, at: Math.random() - (node.hasRoom ? 1 : 0) }));
    return [...new Set(shuffled.sort((a, b) => a.at - b.at).map(({ site }) => site))];
  }

  /** Whether another node takes more listeners, and pages can reach it. */
  get hasRoomElsewhere(): boolean {
    return this.nodes.all.some(({ site, hasRoom }) => hasRoom && site !== "");
  }

  /**
   * Opens what the nodes share, or creates it.
   * @throws Error with one line if NATS has no JetStream
   */
  static async openShelves(
    bus: NatsBus,
    { secret, wallsKeptMs: keptMs }: Pick<ClusterOptions, "secret" | "wallsKeptMs">,
  ): Promise<Omit<ClusterParts, "bus">> {
    return {
      leases: await Shelf.open<Lease>({ bus, secret, bucket: "lightwall-leases", keptMs: 0 }),
      walls: await Shelf.open<SharedWall>({ bus, secret, bucket: "lightwall-walls", keptMs }),
    };
  }

  /** Why this node cannot work with the others now, a sentence; undefined if it can. */
  get failure(): string | undefined {
    if (!this.isConnected) return "NATS is lost.";
    if (!this.#recovery.isReading) return "What the servers share in NATS cannot be read.";
    return this.#isDeaf ? "Other servers have another SECRET or version, or a clock is off." : undefined;
  }

  /** Messages of which nothing was taken. */
  get refused(): number {
    return this.#links.refused;
  }

  /** Whether this node reaches the others. */
  get isConnected(): boolean {
    return this.#bus.isConnected;
  }

  /**
   * Learns who is there, who keeps what, and what time it is.
   * @param listenMs how long it listens for others
   */
  async start(listenMs: number = LISTEN_MS): Promise<void> {
    await this.leases.watch();
    this.#links.listen();
    await sleep(listenMs);
    this.#startedAt = Math.max(this.#startedAt, ...this.nodes.all.map(({ startedAt }) => startedAt + 1));
    this.#chooseReference();
    this.beat();
    this.#timer = setInterval(() => this.beat(), HEARTBEAT_MS);
    for (let n = 0; n < FIRST_READINGS && this.#reference; n++) {
      this.#askClock();
      await sleep(FIRST_INTERVAL_MS);
    }
    this.clock.begin();
    this.#options.log.info(
      { others: this.nodes.all.length },
      "walls are shared with other servers over NATS",
    );
  }

  /** Removes leases that nobody needs any more; called once an hour. */
  async sweep(): Promise<void> {
    const isUsed = (node: string, code: string) =>
      node === this.node ? this.listener.keeps(code) : this.nodes.has(node);
    if (this.isConnected) await this.leases.sweep(isUsed, this.#options.wallsKeptMs);
  }

  /** Tells a node something. */
  send(node: string, message: Up | Down): void {
    if (!this.#links.send(node, message)) this.#options.log.warn({ type: message.type }, "message too long");
  }

  /** Says goodbye, so that the others do not wait for this node; idempotent. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#links.sendToAll({ type: "goodbye", node: this.node });
    this.#links.close();
    this.#leaseShelf.close();
    await this.#bus.close();
  }

  /** Gives a sign of life, and looks for those of others; called twice a second. */
  beat(): void {
    const { site, hasRoom, listeners, origins } = this.#options;
    const { node } = this;
    const of = { node, startedAt: this.#startedAt, losses: this.#losses, site, origins: [...origins()] };
    this.#links.sendToAll({ type: "heartbeat", ...of, hasRoom: hasRoom(), listeners: listeners() });
    this.nodes.tick();
    this.#isDeaf = this.#links.takeRefused() > 0 && this.nodes.all.length === 0;
    if (++this.#beats % HEARTBEATS_PER_READING === 0) this.#askClock();
    if (this.#beats % HEARTBEATS_PER_CHECK === 0) void this.#recovery.check();
  }

  #receive(message: NodeMessage, from: string): void {
    if (isUp(message)) this.listener.up(message, from);
    else if (isDown(message)) this.listener.down(message, from);
    else if (message.type === "heartbeat") this.nodes.hear(message);
    else if (message.type === "goodbye") {
      this.#options.log.info({ node: message.node }, "another server stops");
      this.nodes.remove(message.node);
    } else if (message.type === "ask-clock") {
      const time = this.clock.now();
      this.#links.send(from, { type: "clock", sent: message.sent, received: time, replied: time });
    } else if (from === this.#reference) this.clock.add({ ...message, arrived: this.#options.now() });
  }

  #arrived(node: string): void {
    const { site } = this.nodes.all.find((seen) => seen.node === node)!;
    this.#options.log.info({ node, ...(site && { site }) }, "another server carries the same walls");
    if (site !== "" && site === this.#options.site) {
      this.#options.log.warn({ site }, "another server has the same NODE_URL; pages cannot tell them apart");
    }
    this.#chooseReference();
    this.listener.nodeArrived(node);
  }

  #gone(node: string): void {
    this.#options.log.warn({ node }, "another server is gone");
    this.#chooseReference();
    this.listener.nodeGone(node);
  }

  /** The oldest node is the reference: it has the most listeners whose light must not change. */
  #chooseReference(): void {
    const [oldest] = this.nodes.all;
    const isOwn = !oldest || oldest.startedAt > this.#startedAt;
    const isTied = oldest?.startedAt === this.#startedAt && oldest.node > this.node;
    const reference = isOwn || isTied ? undefined : oldest.node;
    if (reference === this.#reference) return;
    this.#reference = reference;
    this.clock.hold();
    this.#askClock();
  }

  #askClock(): void {
    if (this.#reference) this.#links.send(this.#reference, { type: "ask-clock", sent: this.#options.now() });
  }

  async #handleConnection(isConnected: boolean): Promise<void> {
    const { log } = this.#options;
    this.nodes.setConnected(isConnected);
    if (!isConnected) {
      this.#recovery.lost();
      log.warn("NATS is lost; this server goes on with its own walls, and opens no others");
      return;
    }
    log.info("NATS is back");
    this.listener.reconnected();
    this.#losses++;
    this.beat();
    await this.#recovery.recover();
  }
}
