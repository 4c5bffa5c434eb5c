import { readFileSync } from "node:fs";
import type { Config } from "../config/config.ts";
import type { ServerCapacity } from "../limits/capacity.ts";
import type { ServerStatus } from "../protocol/admin.ts";
import type { Rooms } from "../room/rooms.ts";

/** The package's description, both above `server/` and above `lib/`, where the npm package has the server. */
const PACKAGE = new URL("../../package.json", import.meta.url);

export interface ServerStatusOptions
  extends Pick<Config, "wallsMax" | "listenersMax" | "connectingMax" | "loopDelayMaxMs"> {
  readonly rooms: Pick<Rooms, "size" | "listenerCount">;
  readonly capacity: Pick<ServerCapacity, "refusal">;
  /** Number of pages whose media is connecting. */
  readonly connecting: () => number;
  /** Recent delay of the main thread's event loop, ms. */
  readonly loopDelayMs: () => number;
}

/** Returns a function that reports the server's load and limits at the moment of its call. */
export function createServerStatus(options: ServerStatusOptions): () => ServerStatus {
  const { rooms, capacity, connecting, loopDelayMs } = options;
  const { wallsMax, listenersMax, connectingMax, loopDelayMaxMs } = options;
  const { version } = JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string };
  return () => ({
    version,
    uptimeS: Math.floor(process.uptime()),
    refusal: capacity.refusal ?? null,
    walls: rooms.size,
    wallsMax,
    listeners: rooms.listenerCount,
    listenersMax,
    connecting: connecting(),
    connectingMax,
    loopDelayMs: loopDelayMs(),
    loopDelayMaxMs,
    memoryBytes: process.memoryUsage.rss(),
  });
}
