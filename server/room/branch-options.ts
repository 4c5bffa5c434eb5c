import type { Logger } from "pino";
import type { Up } from "../cluster/messages.ts";
import type { NetworkQuota } from "../limits/network-quota.ts";
import type { MediaEngine } from "../media/media-engine.ts";

/** The lease of the node that keeps the room. */
export interface Keeper {
  readonly node: string;
  readonly generation: number;
}

export interface BranchOptions {
  readonly code: string;
  readonly keeper: Keeper;
  readonly engine: MediaEngine;
  readonly socketQuota: NetworkQuota;
  /** Tells another node something. */
  readonly send: (node: string, message: Up) => void;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly log: Logger;
}
