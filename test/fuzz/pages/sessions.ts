import { randomUUID } from "node:crypto";
import { pino } from "pino";
import { HostKeys } from "../../../server/data/host-keys.ts";
import { ServerCapacity } from "../../../server/limits/capacity.ts";
import { ClientLimits } from "../../../server/limits/client-limits.ts";
import type { Offering } from "../../../server/media/media-engine.ts";
import type { PeerId } from "../../../server/media/model.ts";
import { readOffer } from "../../../server/media/wire/sdp-offer.ts";
import type { ClientMessage, ServerMessage } from "../../../server/protocol/messages.ts";
import type { SavedWall } from "../../../server/protocol/wall-schema.ts";
import { Rooms } from "../../../server/room/rooms.ts";
import { ConnectingPeers } from "../../../server/signal/connecting-peers.ts";
import { IceServers } from "../../../server/signal/ice-servers.ts";
import { Probes } from "../../../server/signal/probes.ts";
import { Session } from "../../../server/signal/session.ts";
import { FakeEngine, OFFERS } from "../../support/fake-engine.ts";
import { FakeSocket } from "../../support/fake-socket.ts";
import { MemoryWalls } from "../../support/memory-walls.ts";
import type { SeededRandom } from "../../support/seeded-random.ts";
import { Fault, type Watch } from "../watch.ts";
import { hostileText, type Known } from "./messages.ts";

/** States of a page in which it sends hostile messages. */
export const STATES = ["fresh", "greeted", "host", "listener", "closed"] as const;
export type State = (typeof STATES)[number];

/** Messages of one page before it is replaced. */
const MESSAGES_PER_PAGE = 8;
/** Simulated time between two messages. */
const MESSAGE_INTERVAL_MS = 10;
/** Messages between two of the server's periodic ticks, which come every second. */
const TICK_MESSAGES = 100;
/** Walls that are kept in memory. */
const WALLS_MAX = 50;
/** Messages that the server may send in answer to one message. */
const ANSWERS_MAX = 50;
/** A limit that is never reached. */
const UNLIMITED = 1e9;

/** Reads offers as the real engine does, then behaves like the fake engine. */
class ReadingEngine extends FakeEngine {
  override publish(
    broadcast: string,
    offering: Offering,
    packetTimeMs: number,
  ): { peer: PeerId; answer: string } {
    readOffer(offering.offer, "publish");
    return super.publish(broadcast, { ...offering, offer: OFFERS.send }, packetTimeMs);
  }

  override subscribe(broadcast: string, offering: Offering): { peer: PeerId; answer: string } {
    readOffer(offering.offer, "subscribe");
    return super.subscribe(broadcast, { ...offering, offer: OFFERS.receive });
  }
}

/** Keeps the last walls in memory. */
class FewWalls extends MemoryWalls {
  readonly #codes = new Set<string>();

  override keep(code: string, wall: () => SavedWall): void {
    super.keep(code, wall);
    this.#codes.add(code);
    const [oldest] = this.#codes;
    if (this.#codes.size <= WALLS_MAX || oldest === undefined) return;
    this.#codes.delete(oldest);
    this.forget(oldest);
  }
}

/** A page's session with a fake socket. */
class Page {
  readonly socket = new FakeSocket();
  readonly session: Session;

  constructor(make: (socket: FakeSocket) => Session) {
    this.session = make(this.socket);
  }

  /** Sends messages, and returns the server's answers. */
  send(...messages: ClientMessage[]): ServerMessage[] {
    for (const message of messages) this.session.receive(Buffer.from(JSON.stringify(message)), false);
    return this.socket.take();
  }
}

/** Fuzzes the sessions without a network: hostile pages, and a bystanders' wall that must not be affected. */
export class FuzzedSessions {
  readonly #engine = new ReadingEngine();
  readonly #limits: ClientLimits;
  readonly #rooms: Rooms;
  readonly #connecting: ConnectingPeers;
  readonly #probes: Probes;
  readonly #log: pino.Logger;
  #time = 0;
  /** The last error that the server has logged. */
  #logged: string | undefined;
  /** The bystanders and their wall. */
  readonly #host: Page;
  readonly #listener: Page;
  readonly #wall: { code: string; hostKey: string };
  readonly #screen = randomUUID();
  /** The last wall of a hostile page. */
  #own: { code: string; hostKey: string };

  constructor() {
    const now = () => this.#time;
    const write = (line: string) => {
      this.#logged = line;
    };
    const log = pino({ level: "error" }, { write });
    this.#log = log;
    const limits = { socketsPerAddress: UNLIMITED, joinsPerMinute: UNLIMITED, wallsPerHour: UNLIMITED };
    const rates = {
      wrongKeysPerMinute: UNLIMITED,
      wrongCodesPerMinute: UNLIMITED,
      messagesPerSecond: UNLIMITED,
    };
    this.#limits = new ClientLimits({ ...limits, ...rates, now });
    this.#connecting = new ConnectingPeers({ engine: this.#engine, connectingMax: 1_000, networkShare: 100 });
    this.#probes = new Probes({
      engine: this.#engine,
      limits: this.#limits,
      connectingPeers: this.#connecting,
      networkShare: 100,
    });
    this.#rooms = new Rooms({
      engine: this.#engine,
      keys: new HostKeys(Buffer.alloc(32, 1)),
      wallsMax: 200,
      networkShare: 90,
      listenersMax: 20,
      socketListenersMax: 10,
      walls: new FewWalls(),
      packetTime: { longFrom: 300, shortBelow: 200 },
      wallIdleMs: 5_000,
      wallHostlessMs: 2_000,
      now,
      log,
    });
    this.#wall = this.#rooms.open("198.51.100.1");
    this.#host = this.#page("198.51.100.1");
    this.#listener = this.#page("198.51.100.2");
    this.#host.send({ type: "hello", version: 2 }, { type: "join", ...this.#wall });
    this.#listener.send(
      { type: "hello", version: 2 },
      { type: "join", code: this.#wall.code, screen: this.#screen },
    );
    this.#own = this.#wall;
  }

  /** Sends messages from pages in every state until the watch has seen enough inputs. */
  async run(random: SeededRandom, corpus: readonly Buffer[], watch: Watch): Promise<void> {
    while (!watch.isDone) {
      const state = random.pick(STATES);
      const page = this.#pageIn(state, random);
      for (
        let n = 0;
        n < MESSAGES_PER_PAGE &&
        !watch.isDone &&
        (page.socket.closedWith === undefined || state === "closed");
        n++
      ) {
        this.#try(page, state, hostileText(random, corpus, this.#known), random.below(8) === 0, watch);
      }
      page.session.end();
      await watch.pause();
    }
  }

  /** Sends a message from a page in each state, as text and as binary. */
  replay(random: SeededRandom, message: Buffer, watch: Watch): void {
    for (const state of STATES) {
      for (const isBinary of [false, true]) {
        const page = this.#pageIn(state, random);
        this.#try(page, state, message, isBinary, watch);
        page.session.end();
      }
    }
  }

  get #known(): Known {
    const { code, hostKey } = this.#own;
    return {
      codes: [code, code, this.#wall.code, "nowhere"],
      hostKeys: [hostKey, `${hostKey}x`, "key"],
      screens: [this.#screen, "0b0f7c1e-6c0e", randomUUID()],
    };
  }

  #try(page: Page, state: State, message: Buffer, isBinary: boolean, watch: Watch): void {
    this.#time += MESSAGE_INTERVAL_MS;
    watch.try([message], () => {
      page.session.receive(message, isBinary);
      if (watch.inputs % TICK_MESSAGES === 0) this.#rooms.tick();
    });
    const answers = page.socket.take();
    const wrong = this.#wrong(answers, state);
    if (wrong) watch.fault(`${state}: ${wrong}`, [message]);
  }

  #wrong(answers: readonly ServerMessage[], state: State): string | undefined {
    const logged = this.#logged;
    this.#logged = undefined;
    if (logged) return logged;
    if (state === "closed" && answers.length > 0) return "a closed page is answered";
    if (answers.length > ANSWERS_MAX) return `${answers.length} answers to one message`;
    if (JSON.stringify(answers).includes(this.#wall.hostKey)) return "a bystander's key is disclosed";
    for (const page of [this.#host, this.#listener]) {
      const answers = page.send({ type: "ping", sent: 1 });
      if (page.socket.closedWith !== undefined) return "a bystander's page is closed";
      if (answers.at(-1)?.type !== "pong") return "a bystander's page is not answered";
      if (answers.some(({ type }) => type === "error")) return "a bystander receives an error";
    }
    return undefined;
  }

  #pageIn(state: State, random: SeededRandom): Page {
    const page = this.#page(random.pick(["203.0.113.1", "203.0.113.2", "2001:db8::1"]));
    if (state !== "fresh") page.send({ type: "hello", version: 2 });
    if (state === "host") {
      const [opened] = page.send({ type: "open-room" });
      if (opened?.type !== "room-opened") throw new Fault(`no wall is opened: ${JSON.stringify(opened)}`);
      this.#own = { code: opened.code, hostKey: opened.hostKey };
      page.send({ type: "join", ...this.#own });
    }
    // A listener of the last hostile page's wall, or of the bystanders'.
    if (state === "listener")
      page.send({ type: "join", code: random.pick([this.#own.code, this.#wall.code]) });
    if (state === "closed") page.session.end();
    page.socket.take();
    return page;
  }

  #page(address: string): Page {
    return new Page(
      (socket) =>
        new Session({
          elsewhere: { sites: [], hasRoomElsewhere: false },
          socket,
          rooms: this.#rooms,
          limits: this.#limits,
          capacity: new ServerCapacity({
            connecting: () => 0,
            connectingMax: UNLIMITED,
            loopDelayMs: () => 0,
            loopDelayMaxMs: 1,
          }),
          connectingPeers: this.#connecting,
          probes: this.#probes,
          iceServers: new IceServers({ stunUrls: [], turnUrls: [], turnSecret: "", turnMs: 0 }),
          metrics: { join: () => {} },
          address,
          route: { reached: ["192.0.2.1"], isOutside: true },
          messageMax: 65_536,
          now: () => this.#time,
          log: this.#log,
        }),
    );
  }
}
