import type { Logger } from "pino";
import type { SharedWall } from "../cluster/cluster-options.ts";
import type { NetworkQuota } from "../limits/network-quota.ts";
import type { MediaEngine } from "../media/media-engine.ts";
import type { WallStore } from "../wall/store.ts";
import type { WallOptions } from "../wall/wall-options.ts";
import type { FarMembersOptions } from "./far-members.ts";
import type { PacketTimeLimits } from "./host-report.ts";

export interface RoomOptions {
  readonly code: string;
  /** The host's key; never logged, never sent. */
  readonly hostKey: string;
  readonly engine: MediaEngine;
  readonly listenersMax: number;
  readonly socketQuota: NetworkQuota;
  readonly packetTime: PacketTimeLimits;
  /** What leads to listeners at other nodes; undefined where there is one node. */
  readonly far?: Pick<FarMembersOptions, "generation" | "send"> | undefined;
  /** Shares the wall with other nodes. */
  readonly share?: ((code: string, wall: () => SharedWall) => void) | undefined;
  /** Another page hosts the room, or none does. */
  readonly hostChanged?: ((code: string, page: string | null) => void) | undefined;
  /** The wall delay to begin with, ms; undefined for that of a new room. */
  readonly delayMs?: number | undefined;
  /** The saved wall, if there is one. */
  readonly kept?: Pick<WallOptions, "saved" | "unread">;
  readonly walls: Pick<WallStore, "keep">;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly log: Logger;
}
