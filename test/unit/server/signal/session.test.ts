import { Writable } from "node:stream";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HostKeys } from "../../../../server/data/keys.ts";
import { Guard } from "../../../../server/limits/guard.ts";
import { Load } from "../../../../server/limits/load.ts";
import { ERRORS, type ErrorCode } from "../../../../server/protocol/errors.ts";
import type { ClientMessage, ServerMessage } from "../../../../server/protocol/messages.ts";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import { Rooms } from "../../../../server/room/rooms.ts";
import { ConnectingPeers } from "../../../../server/signal/connecting-peers.ts";
import { IceServers } from "../../../../server/signal/ice-servers.ts";
import { Session } from "../../../../server/signal/session.ts";
import { FakeEngine, OFFERS } from "../../../support/fake-engine.ts";
import { FakeSocket } from "../../../support/fake-socket.ts";
import { MemoryWalls } from "../../../support/memory-walls.ts";

let time: number;
let rooms: Rooms;
let engine: FakeEngine;
let guard: Guard;
let connecting: number;
let pending: ConnectingPeers;
let joins: string[];
let stunUrls: string[];
let logged: string;

beforeEach(() => {
  time = 0;
  connecting = 0;
  joins = [];
  stunUrls = [];
  logged = "";
  engine = new FakeEngine();
  guard = new Guard({
    socketsPerAddress: 10,
    joinsPerMinute: 60,
    roomsPerHour: 3,
    wrongKeysPerMinute: 2,
    wrongCodesPerMinute: 2,
    messagesPerSecond: 20,
    now: () => time,
  });
  pending = new ConnectingPeers({ engine, connectingMax: 8, networkShare: 25 });
  rooms = new Rooms({
    engine,
    keys: new HostKeys(Buffer.alloc(32, 1)),
    roomsMax: 10,
    networkShare: 100,
    listenersMax: 10,
    walls: new MemoryWalls(),
    packetTime: { longFrom: 300, shortBelow: 200 },
    roomIdleMs: 1_000,
    roomHostlessMs: 1_000,
    now: () => time,
    log: pino({ level: "silent" }),
  });
});

/** What a wall says of its screens is tested with the wall. */
class SocketWithoutWall extends FakeSocket {
  override take(): ServerMessage[] {
    return super.take().filter(({ type }) => type !== "place" && type !== "screens");
  }
}

/** A page and the session that serves it. */
class Page {
  readonly socket = new SocketWithoutWall();
  readonly session: Session;

  /** @param address where the page is */
  constructor(address = "198.51.100.7") {
    const sink = new Writable({
      write(chunk, _encoding, done) {
        logged += chunk;
        done();
      },
    });
    this.session = new Session({
      socket: this.socket,
      rooms,
      guard,
      load: new Load({ connecting: () => connecting, connectingMax: 5, loopDelay: () => 0, loopDelayMax: 1 }),
      connectingPeers: pending,
      iceServers: new IceServers({ stunUrls, turnUrls: [], turnSecret: "", turnMs: 0 }),
      metrics: { join: (role, outcome) => joins.push(`${role} ${outcome}`) },
      address,
      localAddress: "192.0.2.1",
      messageMax: 1000,
      now: () => time,
      log: pino({ level: "trace" }, sink),
    });
  }

  /** Says messages and returns what the server answered to all of them. */
  say(...messages: ClientMessage[]): ServerMessage[] {
    for (const message of messages) this.session.receive(Buffer.from(JSON.stringify(message)), false);
    return this.socket.take();
  }
}

const HELLO = { type: "hello", version: 1 } as const;

function hosted(): { host: Page; code: string; hostKey: string } {
  const { code, hostKey } = rooms.open();
  const host = new Page();
  host.say(HELLO, { type: "join", code, hostKey });
  return { host, code, hostKey };
}

function listening(code: string): Page {
  const page = new Page();
  page.say(HELLO, { type: "join", code });
  return page;
}

const error = (code: ErrorCode, answers?: string) => {
  return { type: "error", code, message: ERRORS[code].message, ...(answers && { answers }) };
};
const types = (messages: ServerMessage[]) => messages.map((message) => message.type);

test("hello, join and offer may come at once, without waiting for answers", () => {
  const { code } = hosted();
  const page = new Page();
  const answers = page.say(HELLO, { type: "join", code }, { type: "offer", sdp: OFFERS.receive });
  expect(types(answers)).toEqual(["welcome", "joined", "answer"]);
  expect(engine.find(code, "subscribe")?.localAddress).toBe("192.0.2.1");
});

test("opening a room gives its key and leaves the page outside", () => {
  const page = new Page();
  const [, opened] = page.say(HELLO, { type: "open-room" });
  expect(opened).toMatchObject({ type: "room-opened", hostKey: expect.any(String) });
  const { code, hostKey } = opened as Extract<ServerMessage, { type: "room-opened" }>;
  expect(page.say({ type: "join", code, hostKey })[0]).toMatchObject({ type: "joined", role: "host" });
});

test("anything before hello ends the session", () => {
  const page = new Page();
  expect(page.say({ type: "open-room" }, HELLO)).toEqual([error("hello-missing", "open-room")]);
  expect(page.socket.closedWith).toBe(4401);
});

test("another protocol version ends the session", () => {
  const page = new Page();
  expect(page.say({ type: "hello", version: 2 })).toEqual([error("version-unsupported", "hello")]);
  expect(page.socket.closedWith).toBe(4426);
});

test("a message is refused by its size in bytes, before it is read", () => {
  const page = new Page();
  page.session.receive(Buffer.from("ü".repeat(501)), false);
  expect(page.socket.take()).toEqual([error("message-too-large")]);
  expect(page.socket.closedWith).toBe(4413);
});

test("binary frames are no messages", () => {
  const page = new Page();
  page.session.receive(Buffer.from(JSON.stringify(HELLO)), true);
  expect(page.socket.take()).toEqual([error("not-json")]);
});

test("a refused join leaves the page outside, free to try again", () => {
  const { code, hostKey } = rooms.open();
  const page = new Page();
  page.say(HELLO);
  expect(page.say({ type: "join", code: "nowhere" })).toEqual([error("code-unknown", "join")]);
  expect(page.say({ type: "join", code, hostKey: "guess" })).toEqual([error("key-wrong", "join")]);
  expect(page.say({ type: "offer", sdp: OFFERS.send })).toEqual([error("not-in-room", "offer")]);
  expect(page.say({ type: "stop" })).toEqual([error("not-in-room", "stop")]);
  expect(types(page.say({ type: "join", code, hostKey }))).toEqual(["joined", "stats"]);
});

test("a page is in one room at most", () => {
  const { host, code } = hosted();
  const page = listening(code);
  expect(page.say({ type: "join", code })).toEqual([error("already-in-room", "join")]);
  expect(host.say({ type: "open-room" })).toEqual([error("already-in-room", "open-room")]);
});

test("a listener cannot do what hosts do", () => {
  const { code } = hosted();
  const page = listening(code);
  const tries: ClientMessage[] = [
    { type: "stop" },
    { type: "close-room" },
    { type: "playback", playing: true },
    { type: "set-gain", gainDb: 3 },
    { type: "offer", sdp: OFFERS.send },
  ];
  expect(page.say(...tries)).toEqual([
    error("host-only", "stop"),
    error("host-only", "close-room"),
    error("host-only", "playback"),
    error("host-only", "set-gain"),
    error("offer-sends", "offer"),
  ]);
  expect(rooms.find(code).status).toEqual({ state: "waiting", playing: false, title: "" });
});

test("the same key takes over, and the first host's page is closed", () => {
  const { host, code, hostKey } = hosted();
  host.socket.take();
  const second = new Page();
  const answers = second.say(HELLO, { type: "join", code, hostKey });
  expect(types(answers)).toEqual(["welcome", "joined", "stats"]);
  expect(host.socket.take()).toEqual([error("host-replaced")]);
  expect(host.socket.closedWith).toBe(4409);
  host.session.end();
  expect(rooms.find(code).status.state).toBe("waiting");
});

test("when the host closes the room, everyone is told and may go elsewhere", () => {
  const { host, code, hostKey } = hosted();
  const page = listening(code);
  expect(host.say({ type: "close-room" })).toEqual([
    expect.objectContaining({ type: "room", room: expect.objectContaining({ state: "closed" }) }),
  ]);
  expect(types(page.socket.take())).toEqual(["room"]);
  expect(page.say({ type: "join", code })).toEqual([error("room-closed", "join")]);
  expect(host.say({ type: "join", code, hostKey })).toEqual([error("room-closed", "join")]);
  expect(types(host.say({ type: "open-room" }))).toEqual(["room-opened"]);
});

test("a ping is answered with the times it was received and answered at", () => {
  const page = new Page();
  page.say(HELLO);
  time = 1234.5;
  expect(page.say({ type: "ping", sent: 7 })).toEqual([
    { type: "pong", sent: 7, received: 1234.5, replied: 1234.5 },
  ]);
});

test("a slow socket loses stats first, then the connection", () => {
  const { host } = hosted();
  host.socket.bufferedAmount = 65 * 1024;
  rooms.tick();
  expect(host.socket.take()).toEqual([]);
  expect(types(host.say({ type: "ping", sent: 1 }))).toEqual(["pong"]);
  host.socket.bufferedAmount = 1025 * 1024;
  expect(host.say({ type: "ping", sent: 1 })).toEqual([]);
  expect(host.socket.terminated).toBe(true);
});

test("a socket that stays silent between two heartbeats is dropped", () => {
  const { host } = hosted();
  host.session.heartbeat();
  host.session.markAlive();
  host.session.heartbeat();
  expect(host.socket.pings).toBe(2);
  expect(host.socket.terminated).toBe(false);
  host.session.heartbeat();
  expect(host.socket.terminated).toBe(true);
});

test("a page that never says hello is sent away", () => {
  const page = new Page();
  page.session.heartbeat();
  page.session.markAlive();
  page.session.heartbeat();
  expect(page.socket.take()).toEqual([error("hello-missing")]);
  expect(page.socket.closedWith).toBe(4401);
});

test("a defect of the server is logged with its stack, and the page learns no more than `internal`", () => {
  const { host } = hosted();
  engine.publish = () => {
    throw new TypeError("a secret detail");
  };
  const answers = host.say({ type: "offer", sdp: OFFERS.send });
  expect(answers).toEqual([error("internal", "offer")]);
  expect(JSON.stringify(answers)).not.toContain("secret detail");
  expect(host.socket.closedWith).toBe(1011);
  expect(logged).toContain("TypeError: a secret detail");
});

test("host keys are never logged", () => {
  const { code, hostKey } = hosted();
  const page = new Page();
  page.say(HELLO, { type: "join", code, hostKey: `${hostKey}x` }, { type: "join", code, hostKey });
  expect(logged).toContain(page.session.id);
  expect(logged).not.toContain(hostKey.split(".")[1]);
});

test("nothing is said or heard after the end", () => {
  const { host, code } = hosted();
  host.session.close("server-stopping");
  expect(host.socket.closedWith).toBe(1012);
  host.socket.take();
  expect(host.say({ type: "ping", sent: 1 })).toEqual([]);
  expect(rooms.find(code).status.state).toBe("host-away");
});

test("a choice is that of the screen it is made at; a host has no screen", () => {
  const { host, code } = hosted();
  const choose = vi.spyOn(rooms.find(code).wall, "choose");
  const page = new Page();
  page.say(HELLO, { type: "join", code, screen: "browser-1" });
  const chosen = { band: { low: 60, high: 250 }, palette: "ocean" };
  expect(page.say({ type: "choose", ...chosen })).toEqual([]);
  expect(host.say({ type: "choose", ...chosen })).toEqual([]);
  expect(choose.mock.calls).toEqual([["browser-1", chosen]]);
});

test("a wall with a password lets in who shows it, and says what is wrong to others", () => {
  const { host, code } = hosted();
  const inside = listening(code);
  expect(host.say({ type: "protect", password: "sesame" })).toEqual([]);
  const page = new Page();
  expect(page.say(HELLO, { type: "join", code }).at(-1)).toEqual(error("password-needed", "join"));
  expect(page.say({ type: "join", code, password: "simsim" })).toEqual([error("password-wrong", "join")]);
  expect(types(page.say({ type: "join", code, password: "sesame" }))).toEqual(["joined"]);
  expect(inside.say({ type: "protect", password: "" }).at(-1)).toEqual(error("host-only", "protect"));
  host.say({ type: "protect", password: "" });
  expect(types(new Page().say(HELLO, { type: "join", code }))).toEqual(["welcome", "joined"]);
  expect(logged).not.toMatch(/sesame|simsim/);
});

test("a host that joins with a password has protected its wall before anyone else can join", () => {
  const { code, hostKey } = rooms.open();
  new Page().say(HELLO, { type: "join", code, hostKey, password: "sesame" });
  expect(new Page().say(HELLO, { type: "join", code }).at(-1)).toEqual(error("password-needed", "join"));
  new Page().say(HELLO, { type: "join", code, hostKey });
  expect(new Page().say(HELLO, { type: "join", code }).at(-1)).toEqual(error("password-needed", "join"));
});

describe("who guesses", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Time passes, also for timers. */
  function pass(ms: number): void {
    time += ms;
    vi.advanceTimersByTime(ms);
  }

  test("passwords waits for each further try, also with the right one; the host with its key need not", () => {
    const { host, code, hostKey } = hosted();
    host.say({ type: "protect", password: "sesame" });
    const page = new Page();
    page.say(HELLO);
    const guess = (password: string) => page.say({ type: "join", code, password });
    expect([...guess("a"), ...guess("b"), ...guess("c")]).toEqual([
      error("password-wrong", "join"),
      error("password-wrong", "join"),
      error("rate-limited", "join"),
    ]);
    expect(guess("sesame")).toEqual([error("rate-limited", "join")]);
    expect(new Page().say(HELLO, { type: "join", code, hostKey }).at(1)).toMatchObject({ type: "joined" });
    pass(25_000);
    expect(guess("sesame")).toEqual([]);
    pass(4_999);
    expect(page.socket.take()).toEqual([]);
    pass(1);
    expect(types(page.socket.take())).toEqual(["joined"]);
  });

  test("passwords does not hold up other walls, screens that were let in, or a crowd with yesterday's password", () => {
    const { host, code } = hosted();
    const other = hosted();
    for (const page of [host, other.host]) page.say({ type: "protect", password: "sesame" });
    const inside = new Page();
    const arrival = { type: "join", code, password: "sesame", screen: "browser-1" } as const;
    expect(types(inside.say(HELLO, arrival))).toEqual(["welcome", "joined"]);
    inside.session.end();
    const old = () => new Page().say(HELLO, { type: "join", code, password: "yesterday" }).at(-1);
    for (let n = 0; n < 40; n++) expect(old()).toEqual(error("password-wrong", "join"));
    for (const password of ["a", "b"]) new Page().say(HELLO, { type: "join", code, password });
    expect(old()).toEqual(error("password-wrong", "join"));
    const fresh = (to: string) => new Page().say(HELLO, { type: "join", code: to, password: "sesame" });
    expect(fresh(code).at(-1)).toEqual(error("rate-limited", "join"));
    expect(types(fresh(other.code))).toEqual(["welcome", "joined"]);
    expect(types(new Page().say(HELLO, arrival))).toEqual(["welcome", "joined"]);
    host.say({ type: "protect", password: "another" });
    expect(new Page().say(HELLO, arrival).at(-1)).toEqual(error("rate-limited", "join"));
  });

  test("codes waits for each further one, also for one that is right; the same again costs nothing", () => {
    const { code } = hosted();
    const page = new Page("203.0.113.5");
    page.say(HELLO);
    const join = (typed: string) => page.say({ type: "join", code: typed }).at(-1);
    for (let n = 0; n < 50; n++) expect(join("AAAAA")).toEqual(error("code-unknown", "join"));
    expect(join("CCCCC")).toEqual(error("code-unknown", "join"));
    expect(join("DDDDD")).toEqual(error("rate-limited", "join"));
    expect(join(code)).toEqual(error("rate-limited", "join"));
    expect(join("AAAAA")).toEqual(error("code-unknown", "join"));
    pass(20_000);
    expect(join(code)).toBeUndefined();
    pass(10_000);
    expect(types(page.socket.take())).toEqual(["joined"]);
  });

  test("codes holds nobody up on the way to a wall that the network has found, or has its host in", () => {
    const { code } = hosted();
    for (const guess of ["AAAAA", "CCCCC"]) new Page().say(HELLO, { type: "join", code: guess });
    expect(new Page().say(HELLO, { type: "join", code: "DDDDD" }).at(-1)).toEqual(
      error("rate-limited", "join"),
    );
    expect(types(new Page().say(HELLO, { type: "join", code }))).toEqual(["welcome", "joined"]);
    expect(types(new Page("203.0.113.5").say(HELLO, { type: "join", code }))).toEqual(["welcome", "joined"]);
  });

  test("a page that has left or asks for something else is not let in when its turn comes", () => {
    const { code } = hosted();
    const [gone, elsewhere] = [new Page("203.0.113.5"), new Page("203.0.113.5")];
    for (const guess of ["AAAAA", "CCCCC"]) gone.say(HELLO, { type: "join", code: guess });
    pass(20_000);
    gone.say({ type: "join", code });
    gone.session.end();
    elsewhere.say(HELLO);
    pass(30_000);
    elsewhere.say({ type: "join", code });
    elsewhere.say({ type: "join", code: "AAAAA" });
    pass(60_000);
    expect(rooms.find(code).listenerCount).toBe(0);
  });
});

test("offers that never connect keep only their own network out, and no host", () => {
  const { host, code } = hosted();
  const [first, second, third] = [listening(code), listening(code), listening(code)];
  const offer = { type: "offer", sdp: OFFERS.receive } as const;
  for (const page of [first, second]) expect(types(page.say(offer)).at(-1)).toBe("answer");
  expect(third.say(offer)).toEqual([error("server-full", "offer")]);
  expect(new Page().say(HELLO, { type: "join", code }).at(-1)).toEqual(error("server-full", "join"));
  expect(types(host.say({ type: "offer", sdp: OFFERS.send })).at(-1)).toBe("answer");
  const elsewhere = new Page("203.0.113.5");
  expect(types(elsewhere.say(HELLO, { type: "join", code }, offer)).at(-1)).toBe("answer");
  engine.connect(code, "subscribe");
  first.session.end();
  expect(types(third.say(offer)).at(-1)).toBe("answer");
});

test("a page that makes offers without end is refused them for a while, and stays where it is", () => {
  const { host } = hosted();
  const offer = { type: "offer", sdp: OFFERS.send } as const;
  for (let n = 0; n < 5; n++) expect(types(host.say(offer))).toContain("answer");
  expect(host.say(offer)).toEqual([error("server-full", "offer")]);
  time += 1_000;
  expect(types(host.say(offer))).toContain("answer");
});

test.each<[ClientMessage, ServerMessage["type"]]>([
  [{ type: "playback", playing: true, title: "Song" }, "room"],
  [{ type: "set-show", show: { ...FIRST_SHOW, rule: "octaves" } }, "show"],
  [{ type: "set-gain", gainDb: 3 }, "gain"],
  [{ type: "flash-test" }, "flash-test"],
  [{ type: "identify" }, "identify"],
])("a message to all listeners is encoded once: $type", (command, type) => {
  const { host, code } = hosted();
  const pages = [listening(code), listening(code), listening(code)];
  for (const { socket } of pages) socket.take();
  const stringify = vi.spyOn(JSON, "stringify");
  host.say(command);
  const encoded = stringify.mock.calls.filter(([message]) => message?.type === type);
  stringify.mockRestore();
  // `say` encodes the host's own message, which may be of the same type.
  expect(encoded.filter(([message]) => message !== command)).toHaveLength(1);
  for (const { socket } of pages) expect(types(socket.take())).toEqual([type]);
});

test("wrong host keys are refused ever more briefly", () => {
  const { code } = hosted();
  const page = new Page();
  page.say(HELLO);
  const tries = [1, 2, 3].flatMap(() => page.say({ type: "join", code, hostKey: "guess" }));
  expect(tries).toEqual([
    error("key-wrong", "join"),
    error("key-wrong", "join"),
    error("rate-limited", "join"),
  ]);
});

test("a page is told of STUN and TURN servers before it makes an offer, and only in a room", () => {
  stunUrls = ["stun:stun.example"];
  const { code } = hosted();
  const page = new Page();
  const answers = page.say(HELLO, { type: "join", code: "NOPE" }, { type: "join", code });
  expect(types(answers)).toEqual(["welcome", "error", "ice-servers", "joined"]);
  expect(answers[2]).toEqual({ type: "ice-servers", iceServers: [{ urls: ["stun:stun.example"] }] });
  page.say({ type: "offer", sdp: OFFERS.receive });
  engine.closePeer(engine.find(code, "subscribe")!.id, "consent expired");
  expect(types(page.socket.take())).toEqual(["ice-servers", "media-closed"]);
});

test("every join is counted with what came of it", () => {
  const { code } = hosted();
  listening(code);
  new Page().say(HELLO, { type: "join", code: "NOPE" }, { type: "join", code, hostKey: "guess" });
  expect(joins).toEqual(["host joined", "listener joined", "listener code-unknown", "host key-wrong"]);
});

test("one network can neither start walls nor join them without end", () => {
  const page = new Page();
  page.say(HELLO);
  const opened = [1, 2, 3, 4].flatMap(() => page.say({ type: "open-room" }));
  expect(types(opened)).toEqual(["room-opened", "room-opened", "room-opened", "error"]);
  expect(opened.at(-1)).toEqual(error("rate-limited", "open-room"));
  const joined = Array.from({ length: 61 }, () => page.say({ type: "join", code: "NOPE" })).flat();
  expect(joined.filter((message) => "code" in message && message.code === "rate-limited")).toHaveLength(1);
});

test("who asks for a wall before its host is there is let in when the host comes", async () => {
  const { code, hostKey } = hosted();
  rooms.close("server stopping");
  const waiting = () => listening(code);
  const [first, second, left, elsewhere, guesser] = [waiting(), waiting(), waiting(), waiting(), waiting()];
  left.session.end();
  const other = hosted();
  elsewhere.say({ type: "join", code: other.code });
  guesser.say({ type: "join", code, password: "guess" });
  for (const page of [first, second, guesser]) page.socket.take();

  new Page().say(HELLO, { type: "join", code, hostKey, password: "sesame" });
  expect(first.socket.take()).toEqual([error("password-needed", "join")]);
  await vi.waitFor(() => expect(guesser.socket.take()).toEqual([error("password-wrong", "join")]));
  expect(second.socket.take()).toEqual([error("password-needed", "join")]);
  expect(rooms.find(code).listenerCount).toBe(0);
  expect(elsewhere.socket.take()).toEqual([]);

  rooms.close("server stopping");
  second.say({ type: "join", code, password: "sesame" });
  new Page().say(HELLO, { type: "join", code, hostKey, password: "sesame" });
  expect(types(second.socket.take())).toEqual(["joined"]);
});

test("a crowd that waits for its wall does not keep the host behind the same address from bringing it back", () => {
  const { code, hostKey } = hosted();
  rooms.close("server stopping");
  const pages = Array.from({ length: 5 }, () => listening(code));
  for (let n = 0; n < 12; n++) for (const page of pages) page.say({ type: "join", code });
  expect(pages[0]!.say({ type: "join", code })).toEqual([error("rate-limited", "join")]);
  const host = new Page();
  expect(types(host.say(HELLO, { type: "join", code, hostKey })).slice(0, 2)).toEqual(["welcome", "joined"]);
  expect(types(pages[1]!.socket.take())).toEqual([]);
});

test("a page that floods the server with messages is sent away", () => {
  const page = new Page();
  const answers = page.say(HELLO, ...Array.from({ length: 100 }, () => ({ type: "ping", sent: 1 }) as const));
  expect(types(answers.slice(0, -1)).filter((type) => type === "pong")).toHaveLength(99);
  expect(answers.at(-1)).toEqual(error("flooding"));
  expect(page.socket.closedWith).toBe(4429);
});

test("a full server lets nobody new in but hosts with their key, and those inside stay", () => {
  const { host, code, hostKey } = hosted();
  const inside = listening(code);
  connecting = 5;
  const page = new Page();
  expect(page.say(HELLO, { type: "join", code }).at(-1)).toEqual(error("server-full", "join"));
  expect(page.say({ type: "open-room" })).toEqual([error("server-full", "open-room")]);
  expect(types(inside.socket.take())).not.toContain("error");
  host.session.end();
  expect(types(page.say({ type: "join", code, hostKey }))).toContain("joined");
  connecting = 4;
  expect(types(new Page().say(HELLO, { type: "join", code }))).toEqual(["welcome", "joined"]);
});
