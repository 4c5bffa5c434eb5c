import type { IncomingMessage, Server } from "node:http";
import type { Logger } from "pino";
import { type WebSocket, WebSocketServer } from "ws";
import { plainAddress } from "./lan.ts";
import type { Rooms } from "./rooms.ts";
import { Session } from "./session.ts";

/** Time between two heartbeats, ms. A dead socket is noticed after at most two. */
const HEARTBEAT = 15_000;
/** How long pages may take to answer our close, ms. */
const CLOSE_TIMEOUT = 1_000;
/**
 * ws itself cuts off (1009, without a word) only what is this many times larger than allowed, so
 * that a session can tell a page that its message is too large.
 */
const CUT_OFF = 4;

export interface SocketsOptions {
  /** The listening HTTP server whose upgrades on `/ws` become sessions. */
  readonly server: Server;
  readonly rooms: Rooms;
  /** Largest message accepted, bytes. */
  readonly messageMax: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/** All signalling WebSockets: opens a session for each, beats their hearts, closes them together. */
export class Sockets {
  readonly #options: SocketsOptions;
  readonly #sessions = new Map<WebSocket, Session>();
  readonly #acceptor: WebSocketServer;
  readonly #heartbeat: NodeJS.Timeout;
  #closed: Promise<void> | undefined;

  constructor(options: SocketsOptions) {
    this.#options = options;
    const { server, messageMax } = options;
    this.#acceptor = new WebSocketServer({ server, path: "/ws", maxPayload: messageMax * CUT_OFF });
    this.#acceptor.on("connection", (socket, request) => this.#accept(socket, request));
    this.#acceptor.on("error", (err) => options.log.error({ err }, "listening failed"));
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT);
  }

  /** Tells every page `server-stopping`, closes its socket, and cuts those that do not answer. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#heartbeat);
    const gone = new Promise<void>((resolve) => this.#acceptor.close(() => resolve()));
    for (const session of this.#sessions.values()) session.close("server-stopping");
    const timer = setTimeout(() => {
      for (const socket of this.#acceptor.clients) socket.terminate();
    }, CLOSE_TIMEOUT);
    await gone;
    clearTimeout(timer);
  }

  #accept(socket: WebSocket, request: IncomingMessage): void {
    const { rooms, messageMax, now, log } = this.#options;
    const address = request.socket.localAddress;
    const localAddress = address && plainAddress(address);
    const session = new Session({ socket, rooms, localAddress, messageMax, now, log });
    this.#sessions.set(socket, session);
    socket.on("message", (data, isBinary) => session.receive(data as Buffer, isBinary));
    socket.on("pong", () => session.touch());
    socket.on("error", (err) => log.debug({ err, session: session.id }, "socket failed"));
    socket.on("close", () => {
      this.#sessions.delete(socket);
      session.end();
    });
  }

  #beat(): void {
    for (const session of this.#sessions.values()) session.beat();
  }
}
