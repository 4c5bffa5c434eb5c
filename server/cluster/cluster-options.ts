import type { Logger } from "pino";
import type { SavedWall } from "../protocol/wall-schema.ts";
import type { Bus } from "../relay/bus.ts";
import type { Lease } from "./leases.ts";
import type { Down, Up } from "./messages.ts";
import type { Shelves } from "./shelf.ts";

/** What is saved of a wall for all nodes. */
export interface SharedWall {
  readonly wall: SavedWall;
  /** The wall delay, ms. */
  readonly delayMs: number;
  /** What listeners must show; "" for nothing. */
  readonly password: string;
}

/** What a cluster is made of. */
export interface ClusterParts {
  readonly bus: Bus;
  readonly leases: Shelves<Lease>;
  readonly walls: Shelves<SharedWall>;
}

export interface ClusterOptions {
  /** What the nodes of the installation share: 32 bytes. */
  readonly secret: Uint8Array;
  /** Address of this node for pages; "" if they cannot reach it by one of its own. */
  readonly site: string;
  /** How long a wall that nobody opens is kept, ms. */
  readonly wallsKeptMs: number;
  /** Whether this node takes more listeners now. */
  readonly hasRoom: () => boolean;
  readonly listeners: () => number;
  /** The origins (RFC 6454) by which pages have reached this node, the latest ones. */
  readonly origins: () => readonly string[];
  /** Monotonic time of this machine, ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/** What the rooms do with what the cluster tells them. */
export interface ClusterListener {
  /** A node with listeners of a room that this node keeps says something. */
  up(message: Up, from: string): void;
  /** A node that keeps a room says something to this node's listeners. */
  down(message: Down, from: string): void;
  /** Whether a room is open at this node. */
  keeps(code: string): boolean;
  /** A room is kept by another node than before, has a host again, or is closed for good. */
  leaseChanged(code: string, lease: Lease): void;
  /** A node is there: rooms that it keeps can be joined. */
  nodeArrived(node: string): void;
  /** A node has died, stops, or cannot be reached. */
  nodeGone(node: string): void;
  /** What was said to a node may have been lost; say all of it again. */
  nodeMissed(node: string): void;
  /** NATS is back: what was said to this node meanwhile is lost, and will be said again. */
  reconnected(): void;
  /** What the nodes share is known again: it may have been lost. */
  restored(): void;
}
