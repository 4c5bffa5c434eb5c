import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { WebSocket } from "ws";
import type { ServerCapacity } from "../limits/capacity.ts";
import type { ClientLimits } from "../limits/client-limits.ts";
import { networkOf } from "../net/address.ts";
import type { Route } from "../net/proxies.ts";
import { codeOf, ERRORS, type ErrorCode, LightwallError } from "../protocol/errors.ts";
import { type ClientMessage, decodeClientMessage, type ServerMessage } from "../protocol/messages.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";
import type { EncodedMessage, Member } from "../room/member.ts";
import type { Room } from "../room/room.ts";
import type { Rooms } from "../room/rooms.ts";
import { Admission, type JoinMessage, type JoinMetrics } from "./admission.ts";
import type { ConnectingPeers } from "./connecting-peers.ts";
import { isHostCommand, runHostCommand } from "./host-commands.ts";
import type { IceServers } from "./ice-servers.ts";
import { Outbound } from "./outbound.ts";
import type { Probes } from "./probes.ts";

/** The part of a WebSocket that a session uses. {@link Sockets} passes on its events. */
export type SessionSocket = Pick<WebSocket, "send" | "close" | "ping" | "terminate" | "bufferedAmount">;

export interface SessionOptions {
  readonly socket: SessionSocket;
  readonly rooms: Rooms;
  readonly limits: ClientLimits;
  readonly capacity: ServerCapacity;
  readonly connectingPeers: ConnectingPeers;
  readonly iceServers: IceServers;
  readonly probes: Probes;
  readonly metrics: JoinMetrics;
  /** Address of the page. It is only counted, never logged. */
  readonly address: string;
  /** How the page has come. */
  readonly route: Route;
  /** Largest message that is accepted, bytes. */
  readonly messageMax: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/** Stage of the session. The type makes a room reachable only while the page is in one. */
type Stage =
  | { at: "new" }
  | { at: "greeted" }
  | { at: "host"; room: Room }
  | { at: "listener"; room: Room; screen: string }
  | { at: "closed" };

/** The session of one page's signalling WebSocket: decodes, authorises and dispatches its messages. */
export class Session implements Member {
  readonly id = randomUUID();
  readonly #socket: SessionSocket;
  readonly #rooms: Rooms;
  readonly #limits: ClientLimits;
  readonly #capacity: ServerCapacity;
  readonly #connectingPeers: ConnectingPeers;
  readonly #probes: Probes;
  readonly #metrics: SessionOptions["metrics"];
  readonly address: string;
  readonly network: string;
  readonly #route: Route;
  readonly #messageMax: number;
  readonly #now: () => number;
  readonly #log: Logger;
  #stage: Stage = { at: "new" };
  #alive = true;
  #pinged = false;
  readonly #admission: Admission;
  readonly #outbound: Outbound;

  constructor(options: SessionOptions) {
    this.#socket = options.socket;
    this.#rooms = options.rooms;
    this.#limits = options.limits;
    this.#capacity = options.capacity;
    this.#connectingPeers = options.connectingPeers;
    this.#probes = options.probes;
    this.#metrics = options.metrics;
    this.address = options.address;
    this.network = networkOf(options.address);
    this.#route = options.route;
    this.#messageMax = options.messageMax;
    this.#now = options.now;
    this.#log = options.log.child({ session: this.id });
    this.#outbound = new Outbound({ ...options, log: this.#log });
    this.#admission = new Admission({
      ...options,
      requireSlot: () => {
        this.#capacity.requireAdmission();
        this.#connectingPeers.requireSlot(this.network);
      },
      join: (room, arrival) => {
        this.#stage = { at: "listener", room, screen: room.joinListener(this, arrival) };
        this.#metrics.join("listener", "joined");
      },
      refuse: (error) => {
        this.#metrics.join("listener", codeOf(error));
        this.#fail(error, "join");
      },
    });
  }

  /** Handles one message. Never throws: every failure becomes an `error` message. */
  receive(data: Buffer, isBinary: boolean): void {
    if (this.#stage.at === "closed") return;
    const received = this.#now();
    this.#alive = true;
    let answers: ClientMessage["type"] | undefined;
    try {
      this.#limits.countMessage(this.id);
      if (data.length > this.#messageMax) throw new LightwallError("message-too-large");
      if (isBinary) throw new LightwallError("not-json");
      const decoded = decodeClientMessage(data.toString());
      answers = decoded.ok ? decoded.message.type : decoded.answers;
      if (!decoded.ok) throw new LightwallError(decoded.code);
      this.#dispatch(decoded.message, received);
    } catch (error) {
      this.#fail(error, answers);
    }
  }

  get isBehind(): boolean {
    return this.#outbound.isBehind;
  }

  send(message: ServerMessage): void {
    this.#outbound.send(message);
  }

  sendEncoded(message: EncodedMessage): void {
    this.#outbound.sendEncoded(message);
  }

  sendFrames(message: Uint8Array): void {
    this.#outbound.sendFrames(message);
  }

  release(error?: ErrorCode): void {
    this.#stage = { at: "greeted" };
    if (error) this.#fail(new LightwallError(error));
  }

  /** The socket is alive: a pong has arrived. */
  markAlive(): void {
    this.#alive = true;
  }

  /**
   * Runs at every heartbeat: pings the socket. Terminates a socket that has been silent since the last one,
   * and closes a session that has had a whole interval for its `hello` and did not send it.
   */
  heartbeat(): void {
    if (!this.#alive) {
      this.#log.info("session dead");
      this.#socket.terminate();
    } else if (this.#stage.at === "new" && this.#pinged) {
      this.close("hello-missing");
    } else {
      this.#alive = false;
      this.#pinged = true;
      this.#socket.ping();
    }
  }

  /** Sends the reason to the page, leaves the room and closes the socket. */
  close(code: ErrorCode): void {
    this.#fail(new LightwallError(code));
  }

  /** The socket is closed or about to close: leaves the room and sends nothing more. */
  end(): void {
    const stage = this.#stage;
    this.#stage = { at: "closed" };
    this.#outbound.end();
    this.#limits.forgetSession(this.id);
    this.#probes.end(this.id);
    this.#admission.cancel();
    if (stage.at === "host" || stage.at === "listener") stage.room.leave(this);
  }

  #dispatch(message: ClientMessage, received: number): void {
    if (this.#stage.at === "new" && message.type !== "hello") throw new LightwallError("hello-missing");
    if (isHostCommand(message)) {
      runHostCommand(this.#rooms, this.#hostedRoom(), message);
      return;
    }
    switch (message.type) {
      case "hello":
        this.#greet(message.version);
        break;
      case "ping":
        this.send({ type: "pong", sent: message.sent, received, replied: this.#now() });
        break;
      case "open-room":
        this.#requireOutside();
        this.#capacity.requireAdmission();
        this.#limits.countOpenedRoom(this.address);
        this.send({ type: "room-opened", ...this.#rooms.open(this.network) });
        break;
      case "join":
        this.#requireOutside();
        this.#join(message);
        break;
      case "offer":
        this.#offer(message.sdp);
        break;
      case "probe":
        this.#requireOutside();
        this.send({ type: "answer", sdp: this.#probes.answer(this, { offer: message.sdp, ...this.#route }) });
        break;
      case "report":
        this.#room().report(this, message);
        break;
      case "repair":
        this.#room().socketMedia.repair(this, message.missing);
        break;
      case "want-frames":
        this.#room().socketMedia[message.wanted ? "start" : "stop"](this);
        break;
      case "choose":
        if (this.#stage.at !== "listener") break;
        this.#stage.room.wall.choose(this.#stage.screen, { band: message.band, palette: message.palette });
        break;
      case "spark":
        if (this.#stage.at === "listener") this.#stage.room.wall.spark(this.#stage.screen);
    }
  }

  #greet(version: number): void {
    if (version !== PROTOCOL_VERSION) throw new LightwallError("version-unsupported");
    if (this.#stage.at === "new") this.#stage = { at: "greeted" };
    this.send({ type: "welcome", version: PROTOCOL_VERSION, session: this.id });
  }

  #offer(sdp: string): void {
    const room = this.#room();
    const isListener = this.#stage.at === "listener";
    if (isListener) this.#connectingPeers.requireSlot(this.network);
    this.#limits.countOffer(this.id, this.address, isListener ? "listener" : "host");
    const peer = room.offer(this, { offer: sdp, ...this.#route });
    if (isListener) this.#connectingPeers.add(peer, this.network);
  }

  #join(message: JoinMessage): void {
    this.#admission.cancel();
    const role = message.hostKey === undefined ? "listener" : "host";
    try {
      if (message.hostKey === undefined) this.#admission.begin(message);
      else this.#joinAsHost(message, message.hostKey);
    } catch (error) {
      const code = codeOf(error);
      this.#metrics.join(role, code);
      if (code === "key-wrong") this.#limits.countWrongKey(this.address);
      throw error;
    }
  }

  #joinAsHost({ code, password, page, takeOver }: JoinMessage, hostKey: string): void {
    const room = this.#rooms.findAsHost(code, hostKey, this.network);
    room.joinHost(this, { page, takeOver });
    if (password !== undefined) room.password.set(password);
    this.#stage = { at: "host", room };
    this.#limits.addKnownWall(this.address, room.code);
    this.#metrics.join("host", "joined");
    void this.#rooms.admitWaiting(room);
  }

  #requireOutside(): void {
    if (this.#stage.at !== "greeted") throw new LightwallError("already-in-room");
  }

  #room(): Room {
    if (this.#stage.at === "host" || this.#stage.at === "listener") return this.#stage.room;
    throw new LightwallError("not-in-room");
  }

  #hostedRoom(): Room {
    const room = this.#room();
    if (this.#stage.at !== "host") throw new LightwallError("host-only");
    return room;
  }

  /** Reports every failure to the page: by its code or, if it has none, as `internal` and in the log. */
  #fail(error: unknown, answers?: ClientMessage["type"]): void {
    if (this.#stage.at === "closed") return;
    const code = codeOf(error);
    if (code === "internal") this.#log.error({ err: error }, "session failed");
    else this.#log.debug({ code, answers, err: error }, "message refused");
    const { message, close } = ERRORS[code] as { message: string; close?: number };
    this.send({ type: "error", code, message, ...(answers && { answers }) });
    if (close === undefined) return;
    this.end();
    this.#socket.close(close, code);
  }
}
