import { availableParallelism } from "node:os";
import type { Logger } from "pino";
import type { Config } from "./config/config.ts";
import { now } from "./media/clock.ts";
import { createEngine } from "./media/engine.ts";
import type { MediaEngine } from "./media/media-engine.ts";
import { bindAddress } from "./net/address.ts";
import { AnnouncedAddresses } from "./net/announced.ts";
import { currentAddresses } from "./net/lan.ts";
import { portError } from "./web/http-server.ts";

/**
 * Starts the media engine that a configuration asks for. Its answers offer the addresses that the machine and
 * the names in `ANNOUNCE` have at the moment of the answer.
 * @param isShared whether other servers carry the same walls
 * @throws Error with one line if the UDP port is in use or cannot be bound
 */
export async function startMedia(config: Config, log: Logger, isShared: boolean): Promise<MediaEngine> {
  const port = config.udpPort;
  const host = bindAddress(config.udpHost);
  const workers = config.workers || Math.max(1, availableParallelism() - 1);
  const announced = new AnnouncedAddresses({ announce: config.announce, log });
  const addresses = { announced: () => announced.current, own: currentAddresses(config.udpHost, now) };
  try {
    const { hostRateMax, pictureRateMax, secret } = config;
    const relay = isShared && config.relay && secret ? { nats: config.relay, secret } : undefined;
    const rates = { hostRateMax, pictureRateMax };
    const engine = await createEngine({ host, port, ...addresses, workers, ...rates, relay, log });
    engine.once("closed", () => announced.close());
    await announced.start();
    return engine;
  } catch (error) {
    announced.close();
    throw portError(error, "UDP_PORT", port, port === config.port ? "PORT" : "UDP_PORT");
  }
}
