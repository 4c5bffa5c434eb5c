import { availableParallelism } from "node:os";
import type { Logger } from "pino";
import type { Config } from "./config/config.ts";
import { createEngine } from "./media/engine.ts";
import type { MediaEngine } from "./media/media-engine.ts";
import { bindAddress } from "./net/address.ts";
import { lanAddresses } from "./net/lan.ts";
import { portError } from "./web/http-server.ts";

/**
 * Starts the media engine that a configuration asks for.
 * @throws Error with one line if the UDP port is in use or cannot be bound
 */
export async function startMedia(config: Config, log: Logger): Promise<MediaEngine> {
  const port = config.udpPort;
  const host = bindAddress(config.udpHost);
  const announced = config.announce;
  const own = lanAddresses(host);
  const workers = config.workers || Math.max(1, availableParallelism() - 1);
  try {
    const { hostRateMax } = config;
    return await createEngine({ host, port, announced, own, workers, hostRateMax, log });
  } catch (error) {
    throw portError(error, "UDP_PORT", port, port === config.port ? "PORT" : "UDP_PORT");
  }
}
