import type { Logger } from "pino";
import type { Cluster } from "../cluster/cluster.ts";
import type { SharedWall } from "../cluster/cluster-options.ts";

/** How long changes of a wall are collected before the nodes share them, ms. */
const COLLECT_MS = 100;

/** Wait before another attempt where JetStream has not answered, ms. */
const RETRY_MS = 2_000;

/** A wall that is about to be shared. */
interface Waiting {
  readonly timer: NodeJS.Timeout;
  readonly wall: () => SharedWall;
}

/** Shares the walls of this node's rooms with the other nodes, soon after each change. */
export class WallSharing {
  readonly #cluster: Pick<Cluster, "walls" | "leases" | "isConnected">;
  readonly #log: Logger;
  readonly #waiting = new Map<string, Waiting>();

  constructor(cluster: Pick<Cluster, "walls" | "leases" | "isConnected">, log: Logger) {
    this.#cluster = cluster;
    this.#log = log;
  }

  /** Shares a wall that has changed. */
  keep(code: string, wall: () => SharedWall, afterMs = COLLECT_MS): void {
    if (this.#waiting.has(code)) return;
    this.#waiting.set(code, { timer: setTimeout(() => void this.#share(code), afterMs).unref(), wall });
  }

  /** Removes a wall, for all nodes. */
  async forget(code: string): Promise<void> {
    this.#take(code);
    await this.#cluster.walls.delete(code);
  }

  /** Shares at once what waits. */
  async flush(): Promise<void> {
    await Promise.all([...this.#waiting.keys()].map((code) => this.#share(code)));
  }

  async #share(code: string): Promise<void> {
    const waiting = this.#take(code);
    const { walls, leases, isConnected } = this.#cluster;
    // When NATS is back, all walls are shared again.
    if (!waiting || !isConnected || !leases.isOwn(code)) return;
    try {
      await walls.put(code, waiting.wall());
    } catch (err) {
      this.#log.warn({ err, wall: code }, "the wall is not shared with other servers yet");
      this.keep(code, waiting.wall, RETRY_MS);
    }
  }

  #take(code: string): Waiting | undefined {
    const waiting = this.#waiting.get(code);
    clearTimeout(waiting?.timer);
    this.#waiting.delete(code);
    return waiting;
  }
}
