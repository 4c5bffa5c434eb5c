import { pino } from "pino";
import { beforeEach, expect, test } from "vitest";
import { HostKeys } from "../../server/keys.ts";
import { CODE_PATTERN } from "../../server/protocol/code.ts";
import type { ErrorCode } from "../../server/protocol/errors.ts";
import { Rooms } from "../../server/rooms.ts";
import { FakeEngine, OFFERS } from "../support/fake-engine.ts";
import { HandMember } from "../support/hand-member.ts";
import { MemoryWalls } from "../support/memory-walls.ts";

const MINUTE = 60_000;
const SECRET = Buffer.alloc(32, 1);

let engine: FakeEngine;
let rooms: Rooms;
let time: number;

beforeEach(() => {
  time = 0;
  engine = new FakeEngine();
  rooms = start();
});

/** A server's rooms after a start with the same secret. */
function start(): Rooms {
  return new Rooms({
    engine,
    keys: new HostKeys(SECRET),
    roomsMax: 2,
    listenersMax: 10,
    walls: new MemoryWalls(),
    packetTime: { longFrom: 300, shortBelow: 200 },
    roomIdleMs: 10 * MINUTE,
    roomHostlessMs: 60 * MINUTE,
    now: () => time,
    log: pino({ level: "silent" }),
  });
}

const refusal = (code: ErrorCode) => expect.objectContaining({ code });

test("opens a room under a readable code that listeners find, however they type it", () => {
  const { code } = rooms.open();
  expect(code).toMatch(CODE_PATTERN);
  const typed = ` ${code.slice(0, 2).toLowerCase()}-${code.slice(2)}`;
  expect(rooms.find(typed).code).toBe(code);
});

test("lets in as host who has the key, and nobody else", () => {
  const { code, hostKey } = rooms.open();
  const other = rooms.open();
  expect(rooms.findAsHost(code, hostKey)).toBe(rooms.find(code));
  expect(() => rooms.findAsHost(code, other.hostKey)).toThrow(refusal("key-wrong"));
  expect(() => rooms.findAsHost(code, "")).toThrow(refusal("key-wrong"));
});

test("knows no room that was not opened", () => {
  expect(() => rooms.find("AAAAA")).toThrow(refusal("code-unknown"));
  expect(() => rooms.find("../..")).toThrow(refusal("code-unknown"));
});

test("refuses another room when it is full, until one goes", () => {
  const { code } = rooms.open();
  rooms.open();
  expect(() => rooms.open()).toThrow(refusal("rooms-full"));
  rooms.end(rooms.find(code));
  expect(rooms.open().code).not.toBe(code);
});

test("after a restart, the key opens the room again under the same code", () => {
  const { code, hostKey } = rooms.open();
  rooms.close("restart");
  rooms = start();
  expect(() => rooms.find(code)).toThrow(refusal("code-unknown"));
  rooms.findAsHost(code, hostKey);
  expect(rooms.find(code).code).toBe(code);
});

test("a good key for the code of somebody else's living room opens nothing", () => {
  const { code } = rooms.open();
  const older = new HostKeys(SECRET).issue(code);
  expect(() => rooms.findAsHost(code, older)).toThrow(refusal("key-wrong"));
});

test("a closed room stays closed for a day, also to its key", () => {
  const { code, hostKey } = rooms.open();
  rooms.end(rooms.find(code));
  time += 24 * 60 * MINUTE;
  rooms.tick();
  expect(() => rooms.find(code)).toThrow(refusal("room-closed"));
  expect(() => rooms.findAsHost(code, hostKey)).toThrow(refusal("room-closed"));
  time += 1;
  rooms.tick();
  expect(() => rooms.find(code)).toThrow(refusal("code-unknown"));
});

test("removes an unused room, which its host's key opens again", () => {
  const { code, hostKey } = rooms.open();
  const host = new HandMember("host");
  const room = rooms.find(code);
  room.joinHost(host);
  room.leave(host);
  time += 10 * MINUTE;
  rooms.tick();
  expect(rooms.size).toBe(1);
  time += 1;
  rooms.tick();
  expect(rooms.size).toBe(0);
  expect(rooms.findAsHost(code, hostKey)).not.toBe(room);
});

test("sends stats to a host at every tick", () => {
  const { code } = rooms.open();
  const host = new HandMember("host");
  rooms.find(code).joinHost(host);
  host.take();
  rooms.tick();
  rooms.tick();
  expect(host.take().map((message) => message.type)).toEqual(["stats", "stats"]);
});

test("hands the engine's news to the room concerned, and to none after closing", () => {
  const [one, two] = [rooms.open(), rooms.open()].map(({ code }) => rooms.find(code)) as [
    ReturnType<Rooms["find"]>,
    ReturnType<Rooms["find"]>,
  ];
  for (const room of [one, two]) {
    const host = new HandMember(`host of ${room.code}`);
    room.joinHost(host);
    room.offer(host, { offer: OFFERS.send });
  }
  engine.connect(one.code, "publish");
  expect([one.status.state, two.status.state]).toEqual(["live", "waiting"]);
  rooms.close("test");
  expect(engine.peers.size).toBe(0);
  expect(engine.listenerCount("peer-connected") + engine.listenerCount("peer-closed")).toBe(0);
});
