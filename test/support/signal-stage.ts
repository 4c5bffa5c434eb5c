import { Writable } from "node:stream";
import { pino } from "pino";
import { HostKeys } from "../../server/data/host-keys.ts";
import { ServerCapacity } from "../../server/limits/capacity.ts";
import { ClientLimits } from "../../server/limits/client-limits.ts";
import { ERRORS, type ErrorCode } from "../../server/protocol/errors.ts";
import type { ClientMessage, ServerMessage } from "../../server/protocol/messages.ts";
import { Rooms } from "../../server/room/rooms.ts";
import { ConnectingPeers } from "../../server/signal/connecting-peers.ts";
import { IceServers } from "../../server/signal/ice-servers.ts";
import { Probes } from "../../server/signal/probes.ts";
import { Session } from "../../server/signal/session.ts";
import { FakeEngine } from "./fake-engine.ts";
import { FakeSocket } from "./fake-socket.ts";
import { MemoryWalls } from "./memory-walls.ts";

export const HELLO = { type: "hello", version: 2 } as const;

/** Sessions without a network: rooms, limits and pages whose clock and sockets the test controls. */
export class SignalStage {
  /** Monotonic time, ms. */
  time = 0;
  /** Peers that are connecting, as the media engine reports them. */
  connecting = 0;
  stunUrls: string[] = [];
  /** The outcome of every join, in order. */
  readonly joins: string[] = [];
  /** Everything that the sessions have logged. */
  logged = "";
  readonly engine = new FakeEngine();
  readonly rooms: Rooms;
  readonly #limits: ClientLimits;
  readonly #connectingPeers: ConnectingPeers;
  readonly #probes: Probes;

  constructor() {
    const { engine } = this;
    const now = () => this.time;
    this.#limits = new ClientLimits({
      socketsPerAddress: 10,
      joinsPerMinute: 60,
      wallsPerHour: 3,
      wrongKeysPerMinute: 2,
      wrongCodesPerMinute: 2,
      messagesPerSecond: 20,
      now,
    });
    this.#connectingPeers = new ConnectingPeers({ engine, connectingMax: 8, networkShare: 25 });
    const connectingPeers = this.#connectingPeers;
    this.#probes = new Probes({ engine, limits: this.#limits, connectingPeers, networkShare: 5 });
    this.rooms = new Rooms({
      engine,
      keys: new HostKeys(Buffer.alloc(32, 1)),
      wallsMax: 10,
      networkShare: 100,
      listenersMax: 10,
      socketListenersMax: 10,
      walls: new MemoryWalls(),
      packetTime: { longFrom: 300, shortBelow: 200 },
      wallIdleMs: 1_000,
      wallHostlessMs: 1_000,
      now,
      log: pino({ level: "silent" }),
    });
  }

  /** The other servers that carry the same walls. */
  elsewhere = { sites: [] as string[], hasRoomElsewhere: false };

  /** Connects a page. @param address the page's address */
  page(address = "198.51.100.7"): TestPage {
    const sink = new Writable({
      write: (chunk, _encoding, done) => {
        this.logged += chunk;
        done();
      },
    });
    const socket = new SocketWithoutScreens();
    const session = new Session({
      elsewhere: this.elsewhere,
      socket,
      rooms: this.rooms,
      limits: this.#limits,
      capacity: new ServerCapacity({
        connecting: () => this.connecting,
        connectingMax: 5,
        loopDelayMs: () => 0,
        loopDelayMaxMs: 1,
      }),
      connectingPeers: this.#connectingPeers,
      iceServers: new IceServers({ stunUrls: this.stunUrls, turnUrls: [], turnSecret: "", turnMs: 0 }),
      probes: this.#probes,
      metrics: { join: (role, outcome) => this.joins.push(`${role} ${outcome}`) },
      address,
      route: { reached: ["192.0.2.1"], isOutside: true },
      messageMax: 1000,
      now: () => this.time,
      log: pino({ level: "trace" }, sink),
    });
    return new TestPage(socket, session);
  }

  /** Opens a wall and joins it as its host. */
  hosted(): { host: TestPage; code: string; hostKey: string } {
    const { code, hostKey } = this.rooms.open();
    const host = this.page();
    host.send(HELLO, { type: "join", code, hostKey });
    return { host, code, hostKey };
  }

  /** Joins a wall as a listener. */
  listening(code: string): TestPage {
    const page = this.page();
    page.send(HELLO, { type: "join", code });
    return page;
  }
}

/** Leaves out the messages about screens, which the tests of the wall cover. */
class SocketWithoutScreens extends FakeSocket {
  override take(): ServerMessage[] {
    return super.take().filter(({ type }) => type !== "place" && type !== "screens");
  }
}

/** A page and its session. */
class TestPage {
  readonly socket: FakeSocket;
  readonly session: Session;

  constructor(socket: FakeSocket, session: Session) {
    this.socket = socket;
    this.session = session;
  }

  /** Sends messages. @returns what the server has sent since the last {@link FakeSocket.take} */
  send(...messages: ClientMessage[]): ServerMessage[] {
    for (const message of messages) this.session.receive(Buffer.from(JSON.stringify(message)), false);
    return this.socket.take();
  }
}

/** The error message with a code. */
export function error(code: ErrorCode, answers?: string) {
  return { type: "error", code, message: ERRORS[code].message, ...(answers && { answers }) };
}

export const types = (messages: ServerMessage[]) => messages.map((message) => message.type);
