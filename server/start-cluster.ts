import type { Logger } from "pino";
import { Cluster } from "./cluster/cluster.ts";
import type { ClusterOptions } from "./cluster/cluster-options.ts";
import type { Config } from "./config/config.ts";
import { now } from "./media/clock.ts";

/** The nodes that carry the same walls, or why there are none. */
export interface StartedCluster {
  /** Undefined if this server is the only one. */
  readonly cluster: Cluster | undefined;
  /** One line, if NATS was asked for and cannot be had; otherwise undefined. */
  readonly missing: string | undefined;
}

/**
 * Connects to the other servers that a configuration names.
 * @throws Error with one line if NATS cannot be used, unless the server may start without it
 */
export async function startCluster(
  config: Config,
  log: Logger,
  load: Pick<ClusterOptions, "hasRoom" | "listeners" | "origins">,
): Promise<StartedCluster> {
  const { relay, secret, nodeUrl: site, wallsKeptMs } = config;
  if (!relay || !secret) return { cluster: undefined, missing: undefined };
  try {
    const cluster = await Cluster.open(relay, { ...load, secret, site, wallsKeptMs, now, log });
    return { cluster, missing: undefined };
  } catch (error) {
    const { message } = error as Error;
    if (!relay.isOptional) throw error;
    log.warn(`${message} This server carries its own walls only, until it is started again.`);
    return { cluster: undefined, missing: message };
  }
}
