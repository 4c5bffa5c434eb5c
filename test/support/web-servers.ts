import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { WebSocket } from "ws";
import { fillPage } from "../../scripts/fill-pages.ts";
import { readConfig } from "../../server/config/config.ts";
import type { ServerCapacity } from "../../server/limits/capacity.ts";
import { ClientLimits } from "../../server/limits/client-limits.ts";
import { HostNames, RebindingGuard } from "../../server/net/host-names.ts";
import { Origins } from "../../server/net/origins.ts";
import { Proxies } from "../../server/net/proxies.ts";
import type { ServerStatus } from "../../server/protocol/admin.ts";
import { LightwallError } from "../../server/protocol/errors.ts";
import type { Room } from "../../server/room/room.ts";
import type { RoomSummary } from "../../server/room/summary.ts";
import { keepStencil } from "../../server/wall/kept-stencil.ts";
import { createAdmin } from "../../server/web/admin.ts";
import { createHttp } from "../../server/web/http.ts";
import { Metrics } from "../../server/web/metrics.ts";
import { FakeEngine } from "./fake-engine.ts";
import { silent } from "./logs.ts";

/** The only wall of {@link WebServers}. */
export const SUMMARY: RoomSummary = {
  code: "AAAAA",
  state: "live",
  hasPassword: false,
  minutes: 5,
  stats: {
    listeners: 30,
    connected: 29,
    roundTripMs: 20,
    overSocket: 0,
    relayed: 2,
    worstLoss: 0,
    sync: { reporting: 29, exact: 20, neededMs: 150, latenessMs: 25, clockErrorMs: 2, outOfStep: 0 },
  },
};
/** The load and the limits of {@link WebServers}. */
export const STATUS: ServerStatus = {
  version: "1.2.3",
  uptimeS: 3_600,
  refusal: null,
  walls: 2,
  wallsMax: 100,
  listeners: 30,
  listenersMax: 5_000,
  connecting: 4,
  connectingMax: 4_000,
  loopDelayMs: 1.5,
  loopDelayMaxMs: 500,
  memoryBytes: 90_000_000,
};
/** The origins at which other devices reach a server. */
export const ORIGINS = ["http://192.168.1.5:8080"];

/** The stencil of the wall. */
export const STENCIL = keepStencil({
  width: 8,
  height: 8,
  distances: Buffer.alloc(64, 200).toString("base64"),
});

/** Writes the page that explains errors, as the build does, into the directory of built pages. */
export function writeErrorPages(pages: string, languages: readonly string[]): void {
  const page = "error/index.html";
  const html = readFileSync(new URL(`../../client/${page}`, import.meta.url), "utf8");
  for (const language of languages) {
    const path = join(pages, language === "en" ? "" : `lang/${language}`, page);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, fillPage(html, page, language));
  }
}

/** HTTP servers with fake rooms and a fake media engine, on free ports of 127.0.0.1. */
export class WebServers {
  readonly engine = new FakeEngine();
  readonly capacity: { refusal: ServerCapacity["refusal"] } = { refusal: undefined };
  /** Codes of the walls that were closed. */
  readonly ended: string[] = [];
  readonly #servers: Server[] = [];
  readonly #rooms = {
    size: 2,
    listenerCount: 30,
    list: () => [SUMMARY],
    find: (code: string) => {
      if (code !== SUMMARY.code) throw new LightwallError("code-unknown");
      return { code } as Room;
    },
    stencil: (code: string, id: string) =>
      code === SUMMARY.code && id === STENCIL.id ? STENCIL.body : undefined,
    end: (room: Room) => void this.ended.push(room.code),
  };

  /**
   * Starts a server and returns its URL. It trusts a proxy on 127.0.0.1.
   * @param pages path of the directory with the built pages
   */
  async start(
    pages: string,
    { adminToken = "", metricsToken = "", publicUrl = "", frameAncestors = [] as string[] } = {},
  ): Promise<string> {
    const rooms = this.#rooms;
    const log = silent;
    const metrics = new Metrics({
      ...{ rooms, engine: this.engine, loopDelayMs: () => 1.5 },
      ...{ sessions: () => 31, programs: () => 3, followers: () => 2 },
      cluster: { nodes: { all: ["b", "c"] }, isConnected: true, refused: 7, clock: { error: 0.4 } },
    });
    const limits = new ClientLimits({
      ...readConfig({}),
      wrongKeysPerMinute: 3,
      now: () => performance.now(),
    });
    const proxies = new Proxies(["127.0.0.1"]);
    const names = new HostNames({ hostnames: ["walls.example"], machine: "studio.example" });
    const http = createHttp({
      rooms,
      origins: async () => ORIGINS,
      pageOrigins: new Origins([]),
      publicUrl,
      frameAncestors,
      now: () => 81_234.5,
      capacity: this.capacity,
      silentThread: () => this.engine.silentThread,
      relayFailure: () => undefined,
      metrics,
      metricsToken,
      proxies,
      limits,
      rebindingGuard: new RebindingGuard({ proxies, names, now: () => performance.now(), log }),
      pages,
      admin: createAdmin({ token: adminToken, rooms, status: () => STATUS, proxies, limits, log }),
      doors: (_ctx, next) => next(),
      control: (_ctx, next) => next(),
      plainHttp: (_ctx, next) => next(),
      trust: (_ctx, next) => next(),
      mayUpgrade: () => false,
      log,
    });
    const server = createServer(http.callback());
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}

/** The status of a request whose path and headers are sent unchanged. `fetch` would normalise them. */
export async function rawStatus(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  return (await rawResponse(url, path, headers)).statusCode;
}

/** The response, without its body, to a request whose path and `Host` header `fetch` would not send. */
export function rawResponse(
  url: string,
  path: string,
  headers: Record<string, string>,
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    request({ hostname, port, path, headers }, (response) => resolve(response.resume())).end();
  });
}

/** The HTTP status of a WebSocket upgrade with these headers; 101 if it is accepted. */
export function rawUpgradeStatus(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const socket = new WebSocket(url, { headers });
  return new Promise((resolve) => {
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode));
    socket.on("upgrade", (response) => resolve(response.statusCode));
    socket.on("open", () => socket.terminate());
    socket.on("error", () => {});
  });
}

/** Headers of a request that the trusted proxy forwards for a client. */
export const forwardedFor = (client: string) => ({ "X-Forwarded-For": client });
