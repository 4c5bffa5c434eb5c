import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { type WebSocket, WebSocketServer } from "ws";
import type { ServerCapacity } from "../limits/capacity.ts";
import type { ClientLimits } from "../limits/client-limits.ts";
import { selectOverQuota, UnfinishedMessages } from "../limits/websocket-buffers.ts";
import { isHost, networkOf } from "../net/address.ts";
import { Explanations } from "../net/explanations.ts";
import type { RebindingGuard } from "../net/host-names.ts";
import { isOrigin, type Origins } from "../net/origins.ts";
import type { Proxies, RequestSource } from "../net/proxies.ts";
import type { Rooms } from "../room/rooms.ts";
import type { JoinMetrics } from "./admission.ts";
import type { ConnectingPeers } from "./connecting-peers.ts";
import type { Elsewhere } from "./elsewhere.ts";
import type { IceServers } from "./ice-servers.ts";
import type { Probes } from "./probes.ts";
import { Session } from "./session.ts";

/** Time between two heartbeats. A dead socket is terminated at the second one after its last message. */
const HEARTBEAT_MS = 15_000;
/** Time between two checks of what networks make the server hold. */
const CHECK_INTERVAL_MS = 1_000;
/** Time for a page to answer the server's close frame before its socket is terminated. */
const CLOSE_TIMEOUT_MS = 1_000;
/**
 * ws closes a connection (1009, without an error message) only for messages this many times larger than
 * allowed. Smaller ones reach the session, which sends an error message first.
 */
const PAYLOAD_MARGIN = 2;
/**
 * Most frames of a message, and most chunks in which it may arrive. Browsers send one frame; a slow network
 * delivers a chunk for every 1,400 bytes.
 */
const PARTS_MAX = 512;

/** How many characters of an origin are logged. */
const LOGGED_LENGTH = 100;

export interface SocketsOptions {
  /** The listening HTTP server whose upgrades on `/ws` become sessions. */
  readonly server: Server;
  readonly rooms: Rooms;
  readonly proxies: Proxies;
  readonly rebindingGuard: RebindingGuard;
  readonly limits: ClientLimits;
  readonly capacity: ServerCapacity;
  readonly connectingPeers: ConnectingPeers;
  readonly iceServers: IceServers;
  readonly probes: Probes;
  readonly metrics: JoinMetrics;
  readonly elsewhere: Elsewhere;
  /** The pages that may connect. */
  readonly origins: Origins;
  /** Largest message that is accepted, bytes. */
  readonly messageMax: number;
  /** Share of unfinished inbound and of unsent outbound bytes that one network may hold, percent. */
  readonly networkShare: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/** All signalling WebSockets: opens a session for each, sends the heartbeats, closes all sockets. */
export class Sockets {
  readonly #options: SocketsOptions;
  readonly #sessions = new Map<WebSocket, { session: Session; network: string }>();
  readonly #unfinished: UnfinishedMessages;
  /** Of origins, with what they asked for, that were refused. */
  readonly #explanations: Explanations;
  readonly #acceptor: WebSocketServer;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #checking: NodeJS.Timeout;
  /** The other servers, as the pages know them. */
  #sites = "";
  #closed: Promise<void> | undefined;

  constructor(options: SocketsOptions) {
    this.#options = options;
    const { server, messageMax } = options;
    this.#unfinished = new UnfinishedMessages(options);
    this.#explanations = new Explanations(options.now);
    // A variable of its own, because the types of ws do not know all of these options.
    const settings = {
      noServer: true,
      maxPayload: messageMax * PAYLOAD_MARGIN,
      maxFragments: PARTS_MAX,
      maxBufferedChunks: PARTS_MAX,
      closeTimeout: CLOSE_TIMEOUT_MS,
    };
    this.#acceptor = new WebSocketServer(settings);
    server.on("upgrade", this.#upgrade);
    this.#heartbeat = setInterval(() => this.#sendHeartbeats(), HEARTBEAT_MS);
    this.#checking = setInterval(() => this.#checkNetworks(), CHECK_INTERVAL_MS);
  }

  /** Number of pages that are connected. */
  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Sends the pages to other servers that carry the same walls, evenly over a time, so that those are not
   * flooded. Pages stay while there is none with room.
   */
  async sendElsewhere(overMs: number): Promise<void> {
    const sessions = [...this.#sessions.values()];
    const wait = overMs / Math.max(sessions.length, 1);
    for (const { session } of sessions) {
      if (!session.sendElsewhere()) return;
      await sleep(wait);
    }
  }

  /** Sends every page `server-stopping` and closes its socket; terminates those that do not answer. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#heartbeat);
    clearInterval(this.#checking);
    this.#options.server.off("upgrade", this.#upgrade);
    const closed = new Promise<void>((resolve) => this.#acceptor.close(() => resolve()));
    for (const { session } of this.#sessions.values()) session.close("server-stopping");
    await closed;
  }

  /** Accepts a page's WebSocket, or refuses it with an HTTP status. */
  #upgrade = (request: IncomingMessage, connection: Duplex, head: Buffer): void => {
    const { proxies, limits } = this.#options;
    connection.on("error", () => connection.destroy());
    const origin = proxies.sourceOf(request);
    const refusal = this.#refusal(request, origin);
    if (refusal) {
      // Destroyed without waiting for the client to close its side, which may never happen.
      connection.once("finish", () => connection.destroy());
      connection.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    connection.once("close", () => limits.releaseSocket(origin.address));
    this.#acceptor.handleUpgrade(request, connection, head, (socket) => {
      // After a protocol error, ws resumes the connection in the next tick and discards all that arrives.
      // Pausing it keeps the rest out, and the page still receives the error.
      socket.once("error", () => process.nextTick(() => connection.pause()));
      this.#accept(socket, origin);
      this.#unfinished.watch(connection, networkOf(origin.address), () => socket.terminate());
    });
  };

  #refusal(request: IncomingMessage, { address, host }: RequestSource): string | undefined {
    const { limits, capacity, origins, rebindingGuard } = this.#options;
    const named = request.headers.host ?? "";
    if (named !== "" && !isHost(named)) return "400 Bad Request";
    if (rebindingGuard.refuses(request)) return "421 Misdirected Request";
    if (request.url?.split("?")[0] !== "/ws") return "404 Not Found";
    if (!origins.admits(request.headers.origin, host)) {
      this.#explainOrigin(request.headers.origin!, host);
      return "403 Forbidden";
    }
    // Refused before it is connected, a page retries, and a load balancer may choose another server.
    if (capacity.refusal === "server-stopping") return "503 Service Unavailable";
    if (this.#unfinished.isBlocked(networkOf(address))) return "429 Too Many Requests";
    if (!limits.acquireSocket(address)) return "429 Too Many Requests";
  }

  /** Tells the operator what to set, if the page is this server's own and a proxy has changed its address. */
  #explainOrigin(origin: string, host: string): void {
    const shown = { origin: origin.slice(0, LOGGED_LENGTH), host: host.slice(0, LOGGED_LENGTH) };
    if (!this.#explanations.isDue(`${shown.origin} ${shown.host}`)) return;
    const advice = isOrigin(origin)
      ? `if it is this server's page, let the proxy pass on the Host header, or set ORIGINS=${shown.origin}`
      : "files, sandboxed frames, extensions and apps cannot open a wall";
    this.#options.log.warn(shown, `page of another origin refused; ${advice}`);
  }

  #accept(socket: WebSocket, { address, route }: RequestSource): void {
    const session = new Session({ ...this.#options, socket, address, route });
    this.#sessions.set(socket, { session, network: networkOf(address) });
    socket.on("message", (data, isBinary) => session.receive(data as Buffer, isBinary));
    socket.on("pong", () => session.markAlive());
    socket.on("error", (err) => this.#options.log.debug({ err, session: session.id }, "socket failed"));
    socket.on("close", () => {
      this.#sessions.delete(socket);
      session.end();
    });
  }

  #sendHeartbeats(): void {
    for (const { session } of this.#sessions.values()) session.heartbeat();
  }

  /** Tells all pages when a server has come that carries the same walls, or has gone. */
  #tellNodes(): void {
    const sites = this.#options.elsewhere.sites.toSorted().join(" ");
    if (sites === this.#sites) return;
    this.#sites = sites;
    for (const { session } of this.#sessions.values()) session.tellNodes();
  }

  /** Terminates sockets of networks that make the server hold too many bytes. */
  #checkNetworks(): void {
    this.#tellNodes();
    this.#unfinished.tick();
    const pages = [...this.#sessions].map(([socket, { network }]) => {
      return { socket, network, unsent: socket.bufferedAmount };
    });
    for (const { socket, unsent } of selectOverQuota(pages, this.#options.networkShare)) {
      this.#options.log.warn(
        { backlog: unsent },
        "session terminated: its network has too many unsent bytes",
      );
      socket.terminate();
    }
  }
}
