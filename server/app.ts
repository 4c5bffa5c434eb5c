import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { availableParallelism, hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import type { Config } from "./config/config.ts";
import { type DataDir, openDataDir } from "./data/data-dir.ts";
import { warnOfReaders } from "./data/private-files.ts";
import { Connections } from "./limits/connections.ts";
import { Guard } from "./limits/guard.ts";
import { Load, LoopDelay } from "./limits/load.ts";
import { now } from "./media/clock.ts";
import { createEngine, type MediaEngine } from "./media/engine.ts";
import { Proxies } from "./net/address.ts";
import { HostNames, Strangers } from "./net/host-names.ts";
import { bindAddress, lanAddresses, pageUrl } from "./net/lan.ts";
import { Rooms } from "./room/rooms.ts";
import { ConnectingPeers } from "./signal/connecting-peers.ts";
import { IceServers } from "./signal/ice-servers.ts";
import { Sockets } from "./signal/sockets.ts";
import { WallStore } from "./wall/store.ts";
import { createAdmin } from "./web/admin.ts";
import { fingerprintOf, type HttpsCertificate, readCertificate, selfSigned } from "./web/certificate.ts";
import { createHttp } from "./web/http.ts";
import { createWebServer, listen, portError } from "./web/http-server.ts";
import { Metrics } from "./web/metrics.ts";

const PAGES = fileURLToPath(new URL("../dist/client", import.meta.url));
/** Stats and expiry of rooms, ms. */
const TICK = 1_000;
/** Between two looks at whether the last page has gone, ms. */
const DRAIN_LOOK = 200;
/** Between two looks at whether someone has renewed the certificate, ms. */
const RENEWAL_LOOK = 3_600_000;
/** Between two looks at which kept walls are too old, ms. */
const SWEEP_INTERVAL = 3_600_000;

export interface App {
  /** TCP port of the pages and the signalling. */
  readonly port: number;
  /** Address it is bound to. */
  readonly host: string;
  /** UDP port of the media. */
  readonly udpPort: number;
  /** SHA-256 of the certificate, as browsers show it; undefined without HTTPS. */
  readonly fingerprint: string | undefined;
  /** Addresses at which other devices on the network reach it. */
  readonly lan: readonly string[];
  /**
   * Resolves with the reason, in a sentence, when the server cannot go on by itself; nobody is let in any
   * more. What is left is to close and start anew.
   */
  readonly failed: Promise<string>;
  /**
   * Lets nobody new in, and resolves when everyone has left or `DRAIN_SECONDS` are over; further calls
   * wait for the same end. What follows is to close.
   */
  drain(): Promise<void>;
  /**
   * Stops the server; further calls wait for the same end. In this order: no new connections; every page told
   * and its socket closed; rooms; media, while walls are written; what HTTP is still busy with; the lock of
   * the data directory.
   */
  close(): Promise<void>;
}

/**
 * Starts a server: media, rooms, signalling, pages. Tests may bring their own `engine`; the app
 * closes it like its own.
 * @throws Error with one plain line when a port is taken or the data directory cannot be used
 */
export async function createApp(config: Config, log: Logger, engine?: MediaEngine): Promise<App> {
  const data = openDataDir(config.dataDir, log);
  try {
    return await startApp(config, log, data, engine);
  } catch (error) {
    data.close();
    throw error;
  }
}

async function startApp(config: Config, log: Logger, data: DataDir, engine?: MediaEngine): Promise<App> {
  const { keys } = data;
  const host = bindAddress(config.host);
  const certificate = await certificateFor(config, host, log);
  const media = engine ?? (await startMedia(config, log));
  const failed = once(media, "failed").then(([error]: Error[]) => {
    load.drain();
    return error!.message;
  });
  const walls = new WallStore(config.dataDir, config.wallsKeptMs, log);
  const rooms = new Rooms({ ...config, engine: media, keys, walls, now, log });
  const server = createWebServer(certificate);
  const port = () => (server.address() as AddressInfo).port;
  const origins = () =>
    lanAddresses(host).map((address) => pageUrl(address, port(), certificate !== undefined));
  const proxies = new Proxies(config.trustedProxies);
  const names = new HostNames({ hostnames: config.hostnames, machine: hostname() });
  if (certificate) names.certify(certificate);
  const strangers = new Strangers({ proxies, names, log });
  const connections = new Connections({ ...config, server, proxies });
  const delay = new LoopDelay();
  const load = new Load({ ...config, connecting: () => media.connecting, loopDelay: () => delay.value });
  const connectingPeers = new ConnectingPeers({ ...config, engine: media });
  const metrics: Metrics = new Metrics({
    rooms,
    engine: media,
    sessions: () => sockets.size,
    loopDelay: () => delay.value,
  });
  const guard = new Guard({ ...config, now });
  const admin = createAdmin({ token: config.adminToken, rooms, proxies, guard, log });
  server.on(
    "request",
    createHttp({
      rooms,
      load,
      silentThread: () => media.silentThread,
      metrics,
      metricsToken: config.metricsToken,
      proxies,
      guard,
      strangers,
      origins,
      now,
      pages: PAGES,
      admin,
      log,
    }).callback(),
  );
  try {
    await listen(server, config.port, host);
  } catch (error) {
    await media.close();
    throw portError(error, "PORT", config.port);
  }
  const iceServers = new IceServers(config);
  const sockets: Sockets = new Sockets({
    ...config,
    server,
    rooms,
    proxies,
    strangers,
    guard,
    load,
    connectingPeers,
    iceServers,
    metrics,
    now,
    log,
  });
  const ticking = setInterval(() => {
    delay.tick();
    rooms.tick();
  }, TICK);
  const sweep = () =>
    walls.removeExpired((code) => rooms.has(code)).catch((err) => log.error({ err }, "walls not swept"));
  void sweep();
  const sweeping = setInterval(sweep, SWEEP_INTERVAL);
  const renewing = setInterval(() => renew(config, server, names, log), RENEWAL_LOOK);

  async function drain(): Promise<void> {
    load.drain();
    const end = now() + config.drainMs;
    while (now() < end && sockets.size > 0) await sleep(Math.min(DRAIN_LOOK, end - now()));
  }

  async function stop(): Promise<void> {
    const gone = once(server, "close");
    server.close();
    await sockets.close();
    clearInterval(ticking);
    clearInterval(sweeping);
    clearInterval(renewing);
    delay.close();
    rooms.close("server stopping");
    connectingPeers.close();
    metrics.close();
    // At once, so that media that do not end cannot keep a wall from the disk.
    const written = walls.close();
    await media.close();
    await written;
    connections.close();
    await gone;
    data.close();
  }

  let drained: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  return {
    port: port(),
    udpPort: media.port,
    host,
    fingerprint: certificate && fingerprintOf(certificate),
    failed,
    lan: lanAddresses(host),
    drain() {
      drained ??= drain();
      return drained;
    },
    close() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** The certificate that is configured, or one of this server's own making; undefined without HTTPS. */
async function certificateFor(
  config: Config,
  host: string,
  log: Logger,
): Promise<HttpsCertificate | undefined> {
  if (config.tlsCert !== "") {
    warnOfReaders([config.tlsKey], log);
    return readCertificate(config.tlsCert, config.tlsKey);
  }
  if (!config.https) return undefined;
  const names = ["localhost", "127.0.0.1", "::1", ...lanAddresses(host)];
  return selfSigned(config.dataDir, names, Date.now(), log);
}

/** Takes over a certificate that someone has renewed meanwhile, and the names in it. */
function renew(
  { tlsCert, tlsKey }: Config,
  server: ReturnType<typeof createWebServer>,
  names: HostNames,
  log: Logger,
): void {
  if (tlsCert === "" || !("setSecureContext" in server)) return;
  try {
    const certificate = readCertificate(tlsCert, tlsKey);
    server.setSecureContext(certificate);
    names.certify(certificate);
  } catch (err) {
    log.warn({ err }, "certificate cannot be read again; the former one stays");
  }
}

async function startMedia(config: Config, log: Logger): Promise<MediaEngine> {
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
