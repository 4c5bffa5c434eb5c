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
import type { EncodedMessage, ListenerRoom, Member } from "../room/member.ts";
import type { Room } from "../room/room.ts";
import type { Rooms } from "../room/rooms.ts";
import type { JoinMetrics } from "./admission.ts";
import type { ConnectingPeers } from "./connecting-peers.ts";
import type { Elsewhere } from "./elsewhere.ts";
import { type Entered, Entry } from "./entry.ts";
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
  /** Where pages find the servers that carry the same walls. */
  readonly elsewhere: Elsewhere;
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
type Stage = { at: "new" } | { at: "greeted" } | Entered | { at: "closed" };

type Offer = Extract<ClientMessage, { type: "offer" }>;
/** What an error answers: a message, and whether that was an offer for the stage. */
type Answered = Pick<ClientMessage, "type"> & { stage?: unknown };

/** The session of one page's signalling WebSocket: decodes, authorises and dispatches its messages. */
export class Session implements Member {
  readonly id = randomUUID();
  readonly #socket: SessionSocket;
  readonly address: string;
  readonly network: string;
  readonly #options: SessionOptions;
  readonly #log: Logger;
  #stage: Stage = { at: "new" };
  #alive = true;
  #pinged = false;
  readonly #entry: Entry;
  readonly #outbound: Outbound;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.address = options.address;
    this.network = networkOf(options.address);
    this.#log = options.log.child({ session: this.id });
    this.#outbound = new Outbound({ ...options, log: this.#log });
    this.#entry = new Entry({
      ...options,
      member: this,
      requireSlot: () => {
        this.#options.capacity.requireAdmission();
        this.#options.connectingPeers.requireSlot(this.network);
      },
      entered: (entered) => {
        this.#stage = entered;
      },
      refuse: (error) => this.#fail(error, { type: "join" }),
    });
  }

  /** Handles one message. Never throws: every failure becomes an `error` message. */
  receive(data: Buffer, isBinary: boolean): void {
    if (this.#stage.at === "closed") return;
    const received = this.#options.now();
    this.#alive = true;
    let answers: Answered | undefined;
    try {
      this.#options.limits.countMessage(this.id);
      if (data.length > this.#options.messageMax) throw new LightwallError("message-too-large");
      if (isBinary) throw new LightwallError("not-json");
      const decoded = decodeClientMessage(data.toString());
      answers = decoded.ok ? decoded.message : decoded.answers && { type: decoded.answers };
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

  move(room: ListenerRoom): void {
    if (this.#stage.at === "listener") this.#stage = { at: "listener", room };
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

  /** Tells the page where it may go on if this server is gone, or, with `go`, that it goes there now. */
  tellNodes(go = false): void {
    const { at } = this.#stage;
    if (at !== "new" && at !== "closed")
      this.send({ type: "nodes", sites: this.#options.elsewhere.sites, go });
  }

  /** Sends the page to another server, if there is one with room. @returns whether there is */
  sendElsewhere(): boolean {
    const { hasRoomElsewhere } = this.#options.elsewhere;
    if (hasRoomElsewhere) this.tellNodes(true);
    return hasRoomElsewhere;
  }

  /** The socket is closed or about to close: leaves the room and sends nothing more. */
  end(): void {
    const stage = this.#stage;
    this.#stage = { at: "closed" };
    this.#outbound.end();
    this.#options.limits.forgetSession(this.id);
    this.#options.probes.end(this.id);
    this.#entry.cancel();
    if (stage.at === "host" || stage.at === "listener") stage.room.leave(this);
  }

  #dispatch(message: ClientMessage, received: number): void {
    if (this.#stage.at === "new" && message.type !== "hello") throw new LightwallError("hello-missing");
    if (message.type === "stage" && message.screen === null && this.#stage.at === "listener") {
      this.#stage.room.stage?.stepDown(this);
      return;
    }
    if (isHostCommand(message)) {
      runHostCommand(this.#options.rooms, this.#hostedRoom(), message);
      return;
    }
    switch (message.type) {
      case "hello":
        this.#greet(message.version);
        break;
      case "ping":
        this.send({ type: "pong", sent: message.sent, received, replied: this.#options.now() });
        break;
      case "open-room":
        this.#requireOutside();
        this.#options.capacity.requireAdmission();
        this.#options.limits.countOpenedRoom(this.address);
        this.#openRoom();
        break;
      case "join":
        this.#requireOutside();
        this.#entry.begin(message);
        break;
      case "offer":
        this.#offer(message);
        break;
      case "probe":
        this.#requireOutside();
        this.send({
          type: "answer",
          sdp: this.#options.probes.answer(this, { offer: message.sdp, ...this.#options.route }),
        });
        break;
      case "report":
        this.#room().report(this, message);
        break;
      case "repair":
        this.#room().repair(this, message.missing);
        break;
      case "want-frames":
        this.#room().wantFrames(this, message.wanted);
        break;
      case "choose":
        if (this.#stage.at !== "listener") break;
        this.#stage.room.choose(this, { band: message.band, palette: message.palette });
        break;
      case "spark":
        if (this.#stage.at === "listener") this.#stage.room.spark(this);
    }
  }

  /** Where several servers share codes, it takes a while. */
  #openRoom(): void {
    const opened = this.#options.rooms.openForHost(this.network);
    const answer = (room: Awaited<typeof opened>) => this.send({ type: "room-opened", ...room });
    if (opened instanceof Promise) opened.then(answer, (error) => this.#fail(error, { type: "open-room" }));
    else answer(opened);
  }

  #greet(version: number): void {
    if (version !== PROTOCOL_VERSION) throw new LightwallError("version-unsupported");
    if (this.#stage.at === "new") this.#stage = { at: "greeted" };
    this.send({ type: "welcome", version: PROTOCOL_VERSION, session: this.id });
    if (this.#options.elsewhere.sites.length > 0) this.tellNodes();
  }

  #offer({ sdp, stage = false }: Offer): void {
    const room = this.#room();
    const isListener = this.#stage.at === "listener";
    if (isListener) this.#options.connectingPeers.requireSlot(this.network);
    this.#options.limits.countOffer(this.id, this.address, isListener ? "listener" : "host");
    const peer = room.offer(this, { offer: sdp, isForStage: stage, ...this.#options.route });
    if (isListener) this.#options.connectingPeers.add(peer, this.network);
  }

  #requireOutside(): void {
    if (this.#stage.at !== "greeted") throw new LightwallError("already-in-room");
  }

  #room(): ListenerRoom {
    if (this.#stage.at === "host" || this.#stage.at === "listener") return this.#stage.room;
    throw new LightwallError("not-in-room");
  }

  #hostedRoom(): Room {
    if (this.#stage.at === "host") return this.#stage.room;
    this.#room();
    throw new LightwallError("host-only");
  }

  /** Reports every failure to the page: by its code or, if it has none, as `internal` and in the log. */
  #fail(error: unknown, answers?: Answered): void {
    if (this.#stage.at === "closed") return;
    const code = codeOf(error);
    const isFull = code === "server-full" || code === "server-stopping";
    if (isFull && answers?.type === "join" && this.sendElsewhere()) return;
    if (code === "internal") this.#log.error({ err: error }, "session failed");
    else this.#log.debug({ code, answers: answers?.type, err: error }, "message refused");
    const { message, close } = ERRORS[code] as { message: string; close?: number };
    const stage = answers?.stage === true && { stage: true };
    this.send({ type: "error", code, message, ...(answers && { answers: answers.type }), ...stage });
    if (close === undefined) return;
    this.end();
    this.#socket.close(close, code);
  }
}
