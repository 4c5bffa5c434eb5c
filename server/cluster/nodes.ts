import { originsOf } from "../net/origins.ts";
import type { Heartbeat } from "./messages.ts";

/** Interval of heartbeats. */
export const HEARTBEAT_MS = 500;
/** A node that is silent for so long is gone: four heartbeats. */
const GONE_AFTER_MS = 2_000;

/** How long pages of a node are admitted that has gone: they come back within seconds, or after a sleep. */
const ORIGINS_KEPT_MS = 3_600_000;

/** Another node that is there. */
export interface NodeSeen extends Omit<Heartbeat, "type"> {
  /** When it was heard last, monotonic ms. */
  readonly heardAt: number;
}

export interface NodesOptions {
  /** Monotonic time, ms. */
  readonly now: () => number;
  /** A node is there. */
  readonly arrived: (node: string) => void;
  /** A node is gone: it has died, or cannot reach NATS. */
  readonly gone: (node: string) => void;
  /** A node has lost NATS for a while: what was sent to it meanwhile has not reached it. */
  readonly missed: (node: string) => void;
}

/** The other nodes, as far as they are heard. While this node has no NATS, it takes none for gone. */
export class Nodes {
  readonly #options: NodesOptions;
  readonly #seen = new Map<string, NodeSeen>();
  /**
   * The origins of other nodes' own addresses and of those by which pages have reached them, with the time at
   * which they were heard last, monotonic ms.
   */
  readonly #origins = new Map<string, number>();
  /** Since when this node has NATS; undefined while it has none. */
  #connectedAt: number | undefined;

  constructor(options: NodesOptions) {
    this.#options = options;
    this.#connectedAt = options.now();
  }

  /** The nodes that are there, the oldest first. */
  get all(): readonly NodeSeen[] {
    return [...this.#seen.values()].sort((a, b) => a.startedAt - b.startedAt || (a.node < b.node ? -1 : 1));
  }

  /** Whether pages of an origin (RFC 6454) are those of another node, also of one that has just gone. */
  hasOrigin(origin: string): boolean {
    return this.#origins.has(origin);
  }

  has(node: string): boolean {
    return this.#seen.has(node);
  }

  /** This node has lost NATS, or has it again. */
  setConnected(isConnected: boolean): void {
    this.#connectedAt = isConnected ? this.#options.now() : undefined;
  }

  hear({ type: _, ...heartbeat }: Heartbeat): void {
    for (const origin of [...heartbeat.origins, ...originsOf(heartbeat.site)])
      this.#origins.set(origin, this.#options.now());
    const before = this.#seen.get(heartbeat.node);
    this.#seen.set(heartbeat.node, { ...heartbeat, heardAt: this.#options.now() });
    if (!before) this.#options.arrived(heartbeat.node);
    else if (before.losses !== heartbeat.losses) this.#options.missed(heartbeat.node);
  }

  /** Removes those that have been silent; called at each heartbeat. */
  tick(): void {
    if (this.#connectedAt === undefined) return;
    for (const [origin, heardAt] of this.#origins) {
      if (this.#options.now() - heardAt > ORIGINS_KEPT_MS) this.#origins.delete(origin);
    }
    const since = this.#options.now() - GONE_AFTER_MS;
    if (this.#connectedAt > since) return;
    for (const { node, heardAt } of [...this.#seen.values()]) {
      if (heardAt <= since) this.remove(node);
    }
  }

  /** A node has said that it stops, or is silent. */
  remove(node: string): void {
    if (this.#seen.delete(node)) this.#options.gone(node);
  }
}
