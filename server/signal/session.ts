import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { WebSocket } from "ws";
import type { Guard } from "../limits/guard.ts";
import type { Load } from "../limits/load.ts";
import { network } from "../net/address.ts";
import { ERRORS, type ErrorCode, LightwallError } from "../protocol/errors.ts";
import { type ClientMessage, decodeClientMessage, type ServerMessage } from "../protocol/messages.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";
import type { EncodedMessage, Member } from "../room/member.ts";
import type { Room } from "../room/room.ts";
import type { Rooms } from "../room/rooms.ts";
import { Arriving, type JoinMessage } from "./arriving.ts";
import type { Connecting } from "./connecting.ts";
import type { IceServers } from "./ice-servers.ts";
import { Outbound } from "./outbound.ts";

/** What a session needs of its WebSocket; {@link Sockets} hands it the events. */
export type SessionSocket = Pick<WebSocket, "send" | "close" | "ping" | "terminate" | "bufferedAmount">;

/** Counts how pages enter walls. */
export interface JoinMetrics {
  /** A page has entered a wall, or was refused with a code. */
  join(role: "host" | "listener", outcome: "joined" | ErrorCode): void;
}

export interface SessionOptions {
  readonly socket: SessionSocket;
  readonly rooms: Rooms;
  readonly guard: Guard;
  readonly load: Load;
  readonly connecting: Connecting;
  readonly iceServers: IceServers;
  readonly metrics: JoinMetrics;
  /** Where the page is; only counted, never logged. */
  readonly address: string;
  /** The server's address that the page reached. */
  readonly localAddress: string | undefined;
  /** Largest message accepted, bytes. */
  readonly messageMax: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly log: Logger;
}

/** How far the session has come; only what exists at a stage can be reached there. */
type Stage =
  | { at: "fresh" }
  | { at: "greeted" }
  | { at: "host"; room: Room }
  | { at: "listener"; room: Room; screen: string }
  | { at: "closed" };

/** One page's signalling WebSocket: decodes, authorises, dispatches, encodes. */
export class Session implements Member {
  readonly id = randomUUID();
  readonly #socket: SessionSocket;
  readonly #rooms: Rooms;
  readonly #guard: Guard;
  readonly #load: Load;
  readonly #connecting: Connecting;
  readonly #metrics: SessionOptions["metrics"];
  readonly #address: string;
  readonly #network: string;
  readonly #localAddress: string | undefined;
  readonly #messageMax: number;
  readonly #now: () => number;
  readonly #log: Logger;
  #stage: Stage = { at: "fresh" };
  #alive = true;
  #beaten = false;
  readonly #arriving: Arriving;
  readonly #outbound: Outbound;

  constructor(options: SessionOptions) {
    this.#socket = options.socket;
    this.#rooms = options.rooms;
    this.#guard = options.guard;
    this.#load = options.load;
    this.#connecting = options.connecting;
    this.#metrics = options.metrics;
    this.#address = options.address;
    this.#network = network(options.address);
    this.#localAddress = options.localAddress;
    this.#messageMax = options.messageMax;
    this.#now = options.now;
    this.#log = options.log.child({ session: this.id });
    this.#outbound = new Outbound({ ...options, log: this.#log });
    this.#arriving = new Arriving({
      ...options,
      mustHavePlace: () => {
        this.#mustHavePlace();
        this.#connecting.mustHavePlace(this.#network);
      },
      seat: (room, arrival) => {
        this.#stage = { at: "listener", room, screen: room.joinListener(this, arrival) };
        this.#metrics.join("listener", "joined");
      },
      refused: (error) => {
        this.#metrics.join("listener", codeOf(error));
        this.#fail(error, "join");
      },
    });
  }

  /** Reads one frame and answers it. Never throws: every failure becomes an `error` message. */
  receive(data: Buffer, isBinary: boolean): void {
    if (this.#stage.at === "closed") return;
    const received = this.#now();
    this.#alive = true;
    let answers: ClientMessage["type"] | undefined;
    try {
      this.#guard.message(this.id);
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

  release(error?: ErrorCode): void {
    this.#stage = { at: "greeted" };
    if (error) this.#fail(new LightwallError(error));
  }

  /** The socket has shown life. */
  touch(): void {
    this.#alive = true;
  }

  /**
   * One heartbeat. A socket that was silent since the last one is dead; a page that has had a
   * whole interval to say hello and did not is sent away.
   */
  beat(): void {
    if (!this.#alive) {
      this.#log.info("session dead");
      this.#socket.terminate();
    } else if (this.#stage.at === "fresh" && this.#beaten) {
      this.close("hello-missing");
    } else {
      this.#alive = false;
      this.#beaten = true;
      this.#socket.ping();
    }
  }

  /** Tells the page why, leaves the room and closes the socket. */
  close(code: ErrorCode): void {
    this.#fail(new LightwallError(code));
  }

  /** The socket is gone: leaves the room without another word. */
  end(): void {
    const stage = this.#stage;
    this.#stage = { at: "closed" };
    this.#outbound.end();
    this.#guard.ended(this.id);
    this.#arriving.stop();
    if (stage.at === "host" || stage.at === "listener") stage.room.leave(this);
  }

  #dispatch(message: ClientMessage, received: number): void {
    if (this.#stage.at === "fresh" && message.type !== "hello") throw new LightwallError("hello-missing");
    switch (message.type) {
      case "hello":
        this.#greet(message.version);
        break;
      case "ping":
        this.send({ type: "pong", sent: message.sent, received, replied: this.#now() });
        break;
      case "open-room":
        this.#mustBeOutside();
        this.#mustHavePlace();
        this.#guard.openRoom(this.#address);
        this.send({ type: "room-opened", ...this.#rooms.open(this.#network) });
        break;
      case "join":
        this.#mustBeOutside();
        this.#join(message);
        break;
      case "offer":
        this.#offer(message.sdp);
        break;
      case "stop":
        this.#hostedRoom().stop();
        break;
      case "playback":
        this.#hostedRoom().playback(message.playing, message.title);
        break;
      case "set-delay":
        this.#hostedRoom().timing.setDelay(message.delayMs);
        break;
      case "flash-test":
        this.#hostedRoom().timing.flashTest();
        break;
      case "report":
        this.#room().timing.report(this, message);
        break;
      case "protect":
        this.#hostedRoom().protect(message.password);
        break;
      case "set-show":
        this.#hostedRoom().wall.setShow(message.show);
        break;
      case "choose": {
        const { band, palette } = message;
        if (this.#stage.at === "listener")
          this.#stage.room.wall.choose(this.#stage.screen, { band, palette });
        break;
      }
      case "set-gain":
        this.#hostedRoom().wall.setGain(message.gainDb);
        break;
      case "arrange":
        this.#hostedRoom().wall.arrange(message.screens);
        break;
      case "remove-screen":
        this.#hostedRoom().wall.removeScreen(message.id);
        break;
      case "identify":
        this.#hostedRoom().wall.identify(message.id);
        break;
      case "close-room":
        this.#rooms.end(this.#hostedRoom());
        break;
    }
  }

  #greet(version: number): void {
    if (version !== PROTOCOL_VERSION) throw new LightwallError("version-unsupported");
    if (this.#stage.at === "fresh") this.#stage = { at: "greeted" };
    this.send({ type: "welcome", version: PROTOCOL_VERSION, session: this.id });
  }

  #offer(sdp: string): void {
    const room = this.#room();
    const isListener = this.#stage.at === "listener";
    if (isListener) this.#connecting.mustHavePlace(this.#network);
    this.#guard.offer(this.id, this.#address, isListener ? "listener" : "host");
    const peer = room.offer(this, { offer: sdp, localAddress: this.#localAddress });
    if (isListener) this.#connecting.began(peer, this.#network);
  }

  #join(message: JoinMessage): void {
    this.#arriving.stop();
    const role = message.hostKey === undefined ? "listener" : "host";
    try {
      if (message.hostKey === undefined) this.#arriving.begin(message);
      else this.#joinAsHost(message, message.hostKey);
    } catch (error) {
      const code = codeOf(error);
      this.#metrics.join(role, code);
      if (code === "key-wrong") this.#guard.wrongKey(this.#address);
      throw error;
    }
  }

  #joinAsHost({ code, password }: JoinMessage, hostKey: string): void {
    const room = this.#rooms.findAsHost(code, hostKey, this.#network);
    if (password !== undefined) room.protect(password);
    room.joinHost(this);
    this.#stage = { at: "host", room };
    this.#guard.found(this.#address, room.code);
    this.#metrics.join("host", "joined");
    void this.#rooms.hosted(room);
  }

  #mustBeOutside(): void {
    if (this.#stage.at !== "greeted") throw new LightwallError("already-in-room");
  }

  #mustHavePlace(): void {
    const { refusal } = this.#load;
    if (refusal) throw new LightwallError(refusal);
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

  /** The one place where a failure meets a page: its code if it has one, else `internal` and our log. */
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

function codeOf(error: unknown): ErrorCode {
  return error instanceof LightwallError ? error.code : "internal";
}
