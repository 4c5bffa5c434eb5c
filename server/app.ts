import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import type { Config } from "./config/config.ts";
import { type DataDir, openDataDir } from "./data/data-dir.ts";
import { LoopDelay, ServerCapacity } from "./limits/capacity.ts";
import { ClientLimits } from "./limits/client-limits.ts";
import { ConnectionLimit } from "./limits/connection-limit.ts";
import { now } from "./media/clock.ts";
import type { MediaEngine } from "./media/media-engine.ts";
import { bindAddress, pageUrl } from "./net/address.ts";
import { HostNames, RebindingGuard } from "./net/host-names.ts";
import { currentAddresses, lanAddresses, routedAddresses } from "./net/lan.ts";
import { LocalName } from "./net/local-name.ts";
import { Origins, originsOf } from "./net/origins.ts";
import { Proxies } from "./net/proxies.ts";
import { Rooms } from "./room/rooms.ts";
import { ConnectingPeers } from "./signal/connecting-peers.ts";
import { Control } from "./signal/control.ts";
import { Doors } from "./signal/doors.ts";
import { IceServers } from "./signal/ice-servers.ts";
import { Probes } from "./signal/probes.ts";
import { Sockets } from "./signal/sockets.ts";
import { startCluster } from "./start-cluster.ts";
import { startMedia } from "./start-media.ts";
import { WallStore } from "./wall/store.ts";
import { createAdmin } from "./web/admin.ts";
import { createControl } from "./web/control/control.ts";
import { createDoors } from "./web/doors.ts";
import { createHttp } from "./web/http.ts";
import { createWebServer, listen, portError } from "./web/http-server.ts";
import { Certificates, setCertificate } from "./web/https/certificates.ts";
import { createPlainHttp, isPlain } from "./web/https/plain-http.ts";
import { createTrust } from "./web/https/trust.ts";
import { Metrics } from "./web/metrics.ts";
import { createServerStatus } from "./web/server-status.ts";

/** Path of the directory with the built pages. */
const PAGES = fileURLToPath(new URL("../dist/client", import.meta.url));
/** Interval at which rooms send stats and expire, ms. */
const TICK_MS = 1_000;
/** Interval at which a draining server checks whether the last page has left, ms. */
const DRAIN_CHECK_MS = 200;
/** Longest time over which a stopping server sends its pages to others, ms. */
const SPREAD_MAX_MS = 20_000;
/** Interval at which saved walls that are too old are deleted, ms. */
const SWEEP_MS = 3_600_000;

export interface App {
  /** TCP port for pages and signalling. */
  readonly port: number;
  /** Address that this port is bound to. */
  readonly host: string;
  /** UDP port for media. */
  readonly udpPort: number;
  /** SHA-256 fingerprint of the own authority or else of the certificate; undefined without HTTPS. */
  readonly fingerprint: string | undefined;
  /** Certificate of the server's own authority, PEM; undefined if its certificate is of another one. */
  readonly authority: string | undefined;
  /** Addresses at which other devices on the network reach the server. */
  readonly lan: readonly string[];
  /** URL by the name that the local network knows, once it does; undefined if there is none. */
  readonly localUrl: Promise<string | undefined>;
  /**
   * Resolves with the reason, a sentence, when a media thread or the handshake thread has failed. The server
   * then admits no new pages and does not recover: close it and start it again.
   */
  readonly failed: Promise<string>;
  /**
   * Refuses new pages and programs. Resolves when the last one has left or `DRAIN_SECONDS` have passed.
   * Further calls return the same promise. Call {@link close} afterwards.
   */
  drain(): Promise<void>;
  /**
   * Stops the server. Further calls return the same promise. The order is:
   * 1. The TCP port is closed: no new connections.
   * 2. Signalling: every session sends `server-stopping` and its WebSocket closes. The local network is told
   *    that the name is gone. Programs are ended.
   * 3. The timers stop, also those of the certificates.
   * 4. Rooms close, with their broadcasts; then the objects that listen to the media engine.
   * 5. Unsaved walls are written to the disk, and shared with other nodes. At the same time the media engine
   *    closes its peers, its threads and the UDP port. Then the other nodes are told goodbye.
   * 6. Remaining HTTP connections are cut.
   * 7. The lock of the data directory is released.
   */
  close(): Promise<void>;
}

/**
 * Starts a server, in this order:
 * 1. the data directory: lock, secret of the host keys;
 * 2. certificates;
 * 3. the media engine: UDP port, media threads;
 * 4. saved walls and rooms;
 * 5. HTTP: TCP port, pages; then the name in the local network;
 * 6. signalling over WebSockets;
 * 7. timers.
 * @param engine a media engine for tests, instead of step 3; the app closes it
 * @throws Error with one line if a port is in use or the data directory cannot be used
 */
export async function createApp(config: Config, log: Logger, engine?: MediaEngine): Promise<App> {
  const data = openDataDir(config.dataDir, log, config.secret);
  try {
    return await startApp(config, log, data, engine);
  } catch (error) {
    data.close();
    throw error;
  }
}

async function startApp(config: Config, log: Logger, data: DataDir, engine?: MediaEngine): Promise<App> {
  const host = bindAddress(config.host);
  const certificates = await Certificates.open({ ...config, host, log });
  const { cluster, missing } = await startCluster(config, log, {
    hasRoom: () => capacity.refusal === undefined,
    listeners: () => rooms.listenerCount,
    origins: () => origins.own,
  });
  const media = engine ?? (await startMedia(config, log, cluster !== undefined));
  const wallClock = cluster?.clock.now ?? now;
  const failed = once(media, "failed").then(([error]: Error[]) => {
    capacity.drain();
    return error!.message;
  });
  const walls = new WallStore(config.dataDir, config.wallsKeptMs, log);
  const { keys } = data;
  const rooms: Rooms = new Rooms({ ...config, engine: media, keys, walls, cluster, now: wallClock, log });
  const server = createWebServer(certificates?.current);
  const port = () => (server.address() as AddressInfo).port;
  const lan = async () => lanAddresses(host, undefined, await routedAddresses());
  const url = (address: string) => pageUrl(address, port(), certificates?.isKnown === true);
  let localName: LocalName | undefined;
  const lanOrigins = async () => [...(await lan()), ...(localName?.value ? [localName.value] : [])].map(url);
  const proxies = new Proxies(config.trustedProxies);
  const hostNames = new HostNames({ hostnames: config.hostnames, machine: hostname() });
  certificates?.follow((certificate) => {
    setCertificate(server, certificate);
    hostNames.setCertificate(certificate);
  });
  const rebindingGuard = new RebindingGuard({ proxies, names: hostNames, now, log });
  const connectionLimit = new ConnectionLimit({ ...config, server, proxies });
  const loopDelay = new LoopDelay();
  const load = { connecting: () => media.connecting, loopDelayMs: () => loopDelay.value };
  const capacity: ServerCapacity = new ServerCapacity({ ...config, ...load });
  const connectingPeers = new ConnectingPeers({ ...config, engine: media });
  const metrics: Metrics = new Metrics({
    rooms,
    engine: media,
    sessions: () => sockets.size,
    programs: () => doors.size,
    followers: () => control.followers,
    loopDelayMs: () => loopDelay.value,
    cluster,
  });
  const limits = new ClientLimits({ ...config, now });
  const iceServers = new IceServers(config);
  const probes = new Probes({ ...config, engine: media, limits, connectingPeers });
  const elsewhere = cluster ?? { sites: [], hasRoomElsewhere: false };
  const isOfNode = (origin: string) => cluster?.nodes.hasOrigin(origin) === true;
  const origins = new Origins([...config.origins, ...originsOf(config.publicUrl)], isOfNode);
  const guards = { rooms, limits, capacity, connectingPeers, iceServers, metrics, log };
  const doors: Doors = new Doors(guards);
  const control: Control = new Control({ ...config, ...guards });
  const status = createServerStatus({ ...config, ...load, rooms, capacity });
  const admin = createAdmin({ token: config.adminToken, rooms, status, proxies, limits, log });
  server.on(
    "request",
    createHttp({
      rooms,
      capacity,
      silentThread: () => media.silentThread,
      relayFailure: () => missing ?? cluster?.failure,
      metrics,
      metricsToken: config.metricsToken,
      proxies,
      limits,
      rebindingGuard,
      origins: lanOrigins,
      pageOrigins: origins,
      publicUrl: config.publicUrl,
      frameAncestors: config.frameAncestors,
      now,
      pages: PAGES,
      admin,
      doors: createDoors({ ...config, doors, origins, proxies, log }),
      control: createControl({ ...config, control, origins, proxies, log }),
      plainHttp: createPlainHttp({ certificates, proxies }),
      trust: createTrust(certificates),
      mayUpgrade: (ctx) => certificates?.authority !== undefined && isPlain(ctx, proxies),
      log,
    }).callback(),
  );
  const lanAtStart = await lan();
  await cluster?.start();
  try {
    await listen(server, config.port, host);
  } catch (error) {
    certificates?.close();
    await media.close();
    throw portError(error, "PORT", config.port);
  }
  if (config.mdnsName !== "" && lanAtStart.length > 0) {
    const addresses = currentAddresses(host, now);
    localName = new LocalName({ name: config.mdnsName, addresses, log });
  }
  const sockets: Sockets = new Sockets({
    ...config,
    ...guards,
    elsewhere,
    probes,
    server,
    proxies,
    rebindingGuard,
    origins,
    now: wallClock,
  });
  const tick = setInterval(() => {
    loopDelay.tick();
    rooms.tick();
  }, TICK_MS);
  const sweep = () =>
    Promise.all([walls.removeExpired((code) => rooms.has(code)), cluster?.sweep()]).catch((err) =>
      log.error({ err }, "old walls cannot be deleted"),
    );
  void sweep();
  const sweepTimer = setInterval(sweep, SWEEP_MS);

  async function drain(): Promise<void> {
    capacity.drain();
    const end = now() + config.drainMs;
    void sockets.sendElsewhere(Math.min(config.drainMs, SPREAD_MAX_MS) / 2);
    while (now() < end && sockets.size + doors.size > 0) await sleep(Math.min(DRAIN_CHECK_MS, end - now()));
  }

  async function close(): Promise<void> {
    const serverClosed = once(server, "close");
    server.close();
    await Promise.all([sockets.close(), localName?.close()]);
    doors.close();
    control.close();
    clearInterval(tick);
    clearInterval(sweepTimer);
    certificates?.close();
    loopDelay.close();
    const shared = rooms.close("server stopping");
    connectingPeers.close();
    metrics.close();
    // Begins before the media engine closes: a media thread that hangs must not prevent the saving of walls.
    const saved = walls.close();
    await media.close();
    await Promise.all([saved, shared]);
    await cluster?.close();
    connectionLimit.close();
    await serverClosed;
    data.close();
  }

  let drained: Promise<void> | undefined;
  let closed: Promise<void> | undefined;
  return {
    port: port(),
    udpPort: media.port,
    host,
    fingerprint: certificates?.fingerprint,
    authority: certificates?.authority,
    failed,
    lan: lanAtStart,
    localUrl: Promise.resolve(localName?.settled).then((name) => name && url(name)),
    drain() {
      drained ??= drain();
      return drained;
    },
    close() {
      closed ??= close();
      return closed;
    },
  };
}
