import { randomUUID } from "node:crypto";
import { pino } from "pino";
import { HostKeys } from "../../../server/data/keys.ts";
import { Guard } from "../../../server/limits/guard.ts";
import { Load } from "../../../server/limits/load.ts";
import type { Offering } from "../../../server/media/engine.ts";
import type { PeerId } from "../../../server/media/model.ts";
import { readOffer } from "../../../server/media/wire/sdp.ts";
import type { ClientMessage, ServerMessage } from "../../../server/protocol/messages.ts";
import type { SavedWall } from "../../../server/protocol/wall-schema.ts";
import { Rooms } from "../../../server/room/rooms.ts";
import { ConnectingPeers } from "../../../server/signal/connecting-peers.ts";
import { IceServers } from "../../../server/signal/ice-servers.ts";
import { Session } from "../../../server/signal/session.ts";
import { FakeEngine, OFFERS } from "../../support/fake-engine.ts";
import { FakeSocket } from "../../support/fake-socket.ts";
import { MemoryWalls } from "../../support/memory-walls.ts";
import type { Chance } from "../mutate.ts";
import { Fault, type Watch } from "../watch.ts";
import { hostileText, type Known } from "./messages.ts";

/** How far a page has come when it sends what it should not. */
export const STATES = ["fresh", "greeted", "host", "listener", "closed"] as const;
export type State = (typeof STATES)[number];

/** Messages of one page until another takes its place. */
const LIFE = 8;
/** Time between two messages, ms. */
const STEP = 10;
/** Messages between two seconds of the server's. */
const TICK_EVERY = 100;
/** Walls that are remembered. */
const WALLS_MAX = 50;
/** Messages that one message may make the server send to its page. */
const ANSWERS_MAX = 50;
const MANY = 1e9;

/** Reads offers as the real engine does; what comes after is not there. */
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

/** Walls in memory, the last few. */
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

class Page {
  readonly socket = new FakeSocket();
  readonly session: Session;

  constructor(make: (socket: FakeSocket) => Session) {
    this.session = make(this.socket);
  }

  say(...messages: ClientMessage[]): ServerMessage[] {
    for (const message of messages) this.session.receive(Buffer.from(JSON.stringify(message)), false);
    return this.socket.take();
  }
}

/** The server's side of all pages without a network, a wall whose pages do no harm, and pages that do. */
export class FuzzedSessions {
  readonly #engine = new ReadingEngine();
  readonly #guard: Guard;
  readonly #rooms: Rooms;
  readonly #connecting: ConnectingPeers;
  readonly #log: pino.Logger;
  #time = 0;
  #logged: string | undefined;
  readonly #host: Page;
  readonly #listener: Page;
  readonly #wall: { code: string; hostKey: string };
  readonly #screen = randomUUID();
  #own: { code: string; hostKey: string };

  constructor() {
    const now = () => this.#time;
    const write = (line: string) => {
      this.#logged = line;
    };
    const log = pino({ level: "error" }, { write });
    this.#log = log;
    const limits = { socketsPerAddress: MANY, joinsPerMinute: MANY, roomsPerHour: MANY };
    const rates = { wrongKeysPerMinute: MANY, wrongCodesPerMinute: MANY, messagesPerSecond: MANY };
    this.#guard = new Guard({ ...limits, ...rates, now });
    this.#connecting = new ConnectingPeers({ engine: this.#engine, connectingMax: 1_000, networkShare: 100 });
    this.#rooms = new Rooms({
      engine: this.#engine,
      keys: new HostKeys(Buffer.alloc(32, 1)),
      roomsMax: 200,
      networkShare: 90,
      listenersMax: 20,
      walls: new FewWalls(),
      packetTime: { longFrom: 300, shortBelow: 200 },
      roomIdleMs: 5_000,
      roomHostlessMs: 2_000,
      now,
      log,
    });
    this.#wall = this.#rooms.open("198.51.100.1");
    this.#host = this.#page("198.51.100.1");
    this.#listener = this.#page("198.51.100.2");
    this.#host.say({ type: "hello", version: 1 }, { type: "join", ...this.#wall });
    this.#listener.say(
      { type: "hello", version: 1 },
      { type: "join", code: this.#wall.code, screen: this.#screen },
    );
    this.#own = this.#wall;
  }

  /** Sends messages from pages in every state until the watch has seen enough. */
  async run(chance: Chance, corpus: readonly Buffer[], watch: Watch): Promise<void> {
    while (!watch.isDone) {
      const state = chance.pick(STATES);
      const page = this.#pageIn(state, chance);
      for (
        let n = 0;
        n < LIFE && !watch.isDone && (page.socket.closedWith === undefined || state === "closed");
        n++
      ) {
        this.#try(page, state, hostileText(chance, corpus, this.#known), chance.below(8) === 0, watch);
      }
      page.session.end();
      await watch.breathe();
    }
  }

  /** Sends a message from a page in each state, as text and as binary. */
  replay(chance: Chance, message: Buffer, watch: Watch): void {
    for (const state of STATES) {
      for (const isBinary of [false, true]) {
        const page = this.#pageIn(state, chance);
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
    this.#time += STEP;
    watch.try([message], () => {
      page.session.receive(message, isBinary);
      if (watch.inputs % TICK_EVERY === 0) this.#rooms.tick();
    });
    const answers = page.socket.take();
    const wrong = this.#wrong(answers, state);
    if (wrong) watch.fault(`${state}: ${wrong}`, [message]);
  }

  #wrong(answers: readonly ServerMessage[], state: State): string | undefined {
    const logged = this.#logged;
    this.#logged = undefined;
    if (logged) return logged;
    if (state === "closed" && answers.length > 0) return "a page that is gone is answered";
    if (answers.length > ANSWERS_MAX) return `${answers.length} answers to one message`;
    if (JSON.stringify(answers).includes(this.#wall.hostKey)) return "a bystander's key is told";
    for (const page of [this.#host, this.#listener]) {
      const heard = page.say({ type: "ping", sent: 1 });
      if (page.socket.closedWith !== undefined) return "a bystander's page is closed";
      if (heard.at(-1)?.type !== "pong") return "a bystander's page is not answered";
      if (heard.some(({ type }) => type === "error")) return "a bystander is told of an error";
    }
    return undefined;
  }

  #pageIn(state: State, chance: Chance): Page {
    const page = this.#page(chance.pick(["203.0.113.1", "203.0.113.2", "2001:db8::1"]));
    if (state !== "fresh") page.say({ type: "hello", version: 1 });
    if (state === "host") {
      const [opened] = page.say({ type: "open-room" });
      if (opened?.type !== "room-opened") throw new Fault(`no wall is opened: ${JSON.stringify(opened)}`);
      this.#own = { code: opened.code, hostKey: opened.hostKey };
      page.say({ type: "join", ...this.#own });
    }
    // Of its own host, if that is there, or of the bystander.
    if (state === "listener")
      page.say({ type: "join", code: chance.pick([this.#own.code, this.#wall.code]) });
    if (state === "closed") page.session.end();
    page.socket.take();
    return page;
  }

  #page(address: string): Page {
    return new Page(
      (socket) =>
        new Session({
          socket,
          rooms: this.#rooms,
          guard: this.#guard,
          load: new Load({ connecting: () => 0, connectingMax: MANY, loopDelay: () => 0, loopDelayMax: 1 }),
          connectingPeers: this.#connecting,
          iceServers: new IceServers({ stunUrls: [], turnUrls: [], turnSecret: "", turnMs: 0 }),
          metrics: { join: () => {} },
          address,
          localAddress: "192.0.2.1",
          messageMax: 65_536,
          now: () => this.#time,
          log: this.#log,
        }),
    );
  }
}
