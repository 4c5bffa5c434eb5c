import type { Logger } from "pino";
import type { Cluster } from "../cluster/cluster.ts";
import type { HostKeys } from "../data/host-keys.ts";
import type { MediaEngine } from "../media/media-engine.ts";
import type { WallStore } from "../wall/store.ts";
import type { PacketTimeLimits } from "./host-report.ts";
import type { HostArrival } from "./member.ts";

/** A new room's code, and the key of its host. */
export type Opened = ReturnType<HostKeys["issue"]>;

/** What a host presents. */
export interface RoomClaim extends HostArrival {
  /** The network whose quota the room counts towards. */
  readonly network: string;
  /** The password that listeners must show; "" or undefined for none. */
  readonly password?: string | undefined;
}

export interface RoomsOptions {
  readonly engine: MediaEngine;
  readonly keys: HostKeys;
  readonly wallsMax: number;
  /** Share of the rooms, and of the sockets with frames, that one network may hold, percent. */
  readonly networkShare: number;
  readonly listenersMax: number;
  /** Listeners of all rooms that may get their frames over their sockets at the same time. */
  readonly socketListenersMax: number;
  readonly packetTime: PacketTimeLimits;
  readonly walls: Pick<WallStore, "has" | "read" | "readLater" | "keep" | "forget">;
  readonly wallIdleMs: number;
  readonly wallHostlessMs: number;
  /** The nodes that carry the same walls; undefined where there is one node. */
  readonly cluster?: Cluster | undefined;
  /** Monotonic time in ms: the wall clock. */
  readonly now: () => number;
  readonly log: Logger;
}
