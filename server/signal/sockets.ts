import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { type WebSocket, WebSocketServer } from "ws";
import type { AdmissionControl } from "../limits/admission.ts";
import type { ClientLimits } from "../limits/client-limits.ts";
import { selectOverQuota, UnfinishedMessages } from "../limits/websocket-buffers.ts";
import { networkOf } from "../net/address.ts";
import type { RebindingGuard } from "../net/host-names.ts";
import type { Proxies, RequestSource } from "../net/proxies.ts";
import type { Rooms } from "../room/rooms.ts";
import type { Connecting } from "./connecting.ts";
import type { IceServers } from "./ice-servers.ts";
import { type JoinMetrics, Session } from "./session.ts";

/** Time between two heartbeats, ms. A dead socket is noticed after at most two. */
const HEARTBEAT = 15_000;
/** Between two looks at who holds too much, ms. */
const LOOK_INTERVAL = 1_000;
/** How long pages may take to answer our close until they are cut, ms. */
const CLOSE_TIMEOUT = 1_000;
/**
 * ws itself cuts off (1009, without a word) only what is this many times larger than allowed, so
 * that a session can tell a page that its message is too large.
 */
const CUT_OFF = 2;
/**
 * Pieces in which a message may come. Browsers send one frame; and a slow network one piece for every 1,400
 * bytes.
 */
const PIECES_MAX = 512;

export interface SocketsOptions {
  /** The listening HTTP server whose upgrades on `/ws` become sessions. */
  readonly server: Server;
  readonly rooms: Rooms;
  readonly proxies: Proxies;
  readonly rebindingGuard: RebindingGuard;
  readonly limits: ClientLimits;
  readonly admission: AdmissionControl;
  readonly connecting: Connecting;
  readonly iceServers: IceServers;
  readonly metrics: JoinMetrics;
  /** Origins of pages, other than this server's own, that may connect. */
  readonly origins: readonly string[];
  /** Largest message accepted, bytes. */
  readonly messageMax: number;
  /** How much of all unfinished messages, and of what is not taken yet, one network may hold, percent. */
  readonly networkShare: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/** All signalling WebSockets: opens a session for each, beats their hearts, closes them together. */
export class Sockets {
  readonly #options: SocketsOptions;
  readonly #sessions = new Map<WebSocket, { session: Session; network: string }>();
  readonly #unfinished: UnfinishedMessages;
  readonly #acceptor: WebSocketServer;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #looking: NodeJS.Timeout;
  #closed: Promise<void> | undefined;

  constructor(options: SocketsOptions) {
    this.#options = options;
    const { server, messageMax } = options;
    this.#unfinished = new UnfinishedMessages(options);
    // Apart, as its types do not know all of them.
    const accepting = {
      noServer: true,
      maxPayload: messageMax * CUT_OFF,
      maxFragments: PIECES_MAX,
      maxBufferedChunks: PIECES_MAX,
      closeTimeout: CLOSE_TIMEOUT,
    };
    this.#acceptor = new WebSocketServer(accepting);
    server.on("upgrade", this.#upgrade);
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT);
    this.#looking = setInterval(() => this.#look(), LOOK_INTERVAL);
  }

  /** Pages that are connected. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Tells every page `server-stopping`, closes its socket, and cuts those that do not answer. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#heartbeat);
    clearInterval(this.#looking);
    this.#options.server.off("upgrade", this.#upgrade);
    const gone = new Promise<void>((resolve) => this.#acceptor.close(() => resolve()));
    for (const { session } of this.#sessions.values()) session.close("server-stopping");
    await gone;
  }

  /** Lets a page in, or says in HTTP why not. */
  #upgrade = (request: IncomingMessage, connection: Duplex, head: Buffer): void => {
    const { proxies, limits } = this.#options;
    connection.on("error", () => connection.destroy());
    const origin = proxies.sourceOf(request);
    const refusal = this.#refusal(request, origin);
    if (refusal) {
      // Not waiting for the client's end, which may never come.
      connection.once("finish", () => connection.destroy());
      connection.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    connection.once("close", () => limits.releaseSocket(origin.address));
    this.#acceptor.handleUpgrade(request, connection, head, (socket) => {
      // What can not be read, ws takes in to the end and throws away: in its next tick, it goes on reading.
      // What is not in yet stays outside instead, and the page hears why.
      socket.once("error", () => process.nextTick(() => connection.pause()));
      this.#accept(socket, origin);
      this.#unfinished.watch(connection, networkOf(origin.address), () => socket.terminate());
    });
  };

  #refusal(request: IncomingMessage, { address, host }: RequestSource): string | undefined {
    const { limits, admission, origins, rebindingGuard } = this.#options;
    if (rebindingGuard.refuses(request)) return "421 Misdirected Request";
    if (request.url?.split("?")[0] !== "/ws") return "404 Not Found";
    const page = request.headers.origin;
    // Programs send no Origin, and need none: there are no cookies that a foreign page could borrow.
    if (page !== undefined && hostOf(page) !== host.toLowerCase() && !origins.includes(page))
      return "403 Forbidden";
    // Told before it is in, a page tries again, and may be led to another server.
    if (admission.refusal === "server-stopping") return "503 Service Unavailable";
    if (this.#unfinished.isBlocked(networkOf(address))) return "429 Too Many Requests";
    if (!limits.acquireSocket(address)) return "429 Too Many Requests";
  }

  #accept(socket: WebSocket, { address, localAddress }: RequestSource): void {
    const session = new Session({ ...this.#options, socket, address, localAddress });
    this.#sessions.set(socket, { session, network: networkOf(address) });
    socket.on("message", (data, isBinary) => session.receive(data as Buffer, isBinary));
    socket.on("pong", () => session.touch());
    socket.on("error", (err) => this.#options.log.debug({ err, session: session.id }, "socket failed"));
    socket.on("close", () => {
      this.#sessions.delete(socket);
      session.end();
    });
  }

  #beat(): void {
    for (const { session } of this.#sessions.values()) session.beat();
  }

  /** Cuts those that hold too much. */
  #look(): void {
    this.#unfinished.tick();
    const pages = [...this.#sessions].map(([socket, { network }]) => {
      return { socket, network, unsent: socket.bufferedAmount };
    });
    for (const { socket, unsent } of selectOverQuota(pages, this.#options.networkShare)) {
      this.#options.log.warn({ backlog: unsent }, "too much unsent in this network");
      socket.terminate();
    }
  }
}

/** Name and port of an origin, as a Host header has them; undefined for what is none, such as `null`. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
