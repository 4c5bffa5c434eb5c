import { pino } from "pino";
import { beforeEach, describe, expect, test } from "vitest";
import { CODE_ROUND_MS, CODES, Codes } from "../../../../server/data/codes.ts";
import { HostKeys, hashOfKey } from "../../../../server/data/keys.ts";
import type { ErrorCode } from "../../../../server/protocol/errors.ts";
import { CODE_PATTERN } from "../../../../server/protocol/format.ts";
import { type Arranged, FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import type { SavedScreen } from "../../../../server/protocol/wall-schema.ts";
import { Rooms } from "../../../../server/room/rooms.ts";
import { FakeEngine, OFFERS } from "../../../support/fake-engine.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { MemoryWalls } from "../../../support/memory-walls.ts";
import { oldKey } from "../../../support/old-key.ts";

const MINUTE = 60_000;
const SECRET = Buffer.alloc(32, 1);
const NOW = Date.UTC(2030, 0, 1);

let engine: FakeEngine;
let rooms: Rooms;
let time: number;
let walls: MemoryWalls;

beforeEach(() => {
  time = 0;
  walls = new MemoryWalls();
  engine = new FakeEngine();
  rooms = start();
});

/**
 * A server's rooms after a start with the same secret and the same walls, which knows nothing of codes given
 * before.
 */
function start(limits: { roomsMax?: number; networkShare?: number } = {}): Rooms {
  return new Rooms({
    engine,
    keys: new HostKeys(SECRET, new Codes(SECRET, { time: () => NOW + time })),
    roomsMax: 2,
    networkShare: 100,
    listenersMax: 10,
    walls,
    packetTime: { longFrom: 300, shortBelow: 200 },
    roomIdleMs: 10 * MINUTE,
    roomHostlessMs: 60 * MINUTE,
    now: () => time,
    log: pino({ level: "silent" }),
    ...limits,
  });
}

/** A room with its host in it. */
function hosted(network?: string) {
  const { code, hostKey } = rooms.open(network);
  const room = rooms.find(code);
  const host = new HandMember(`host of ${code}`);
  room.joinHost(host);
  return { code, hostKey, room, host };
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
  const { code } = hosted();
  hosted();
  expect(() => rooms.open()).toThrow(refusal("rooms-full"));
  rooms.end(rooms.find(code));
  expect(rooms.open().code).not.toBe(code);
});

test("a wall that nobody is in makes room for another, and its key opens it again", () => {
  const left = hosted();
  const here = hosted();
  left.room.leave(left.host);
  const other = hosted();
  expect(() => rooms.find(left.code)).toThrow(refusal("code-unknown"));
  expect(rooms.find(here.code)).toBe(here.room);
  other.room.leave(other.host);
  expect(rooms.findAsHost(left.code, left.hostKey).code).toBe(left.code);
  expect(rooms.has(other.code)).toBe(false);
});

test("a network holds its share of the walls and no more, and its own empty ones make room first", () => {
  rooms = start({ roomsMax: 8, networkShare: 25 });
  const [first] = [hosted("a"), hosted("a")];
  expect(() => rooms.open("a")).toThrow(refusal("rooms-full"));
  const other = hosted("b");
  other.room.leave(other.host);
  expect(() => rooms.open("a")).toThrow(refusal("rooms-full"));
  first!.room.leave(first!.host);
  rooms.open("a");
  expect(rooms.has(first!.code)).toBe(false);
  expect(rooms.has(other.code)).toBe(true);
});

test("of networks with empty walls, the one that holds most makes room", () => {
  rooms = start({ roomsMax: 4, networkShare: 75 });
  const alone = hosted("a");
  const many = [hosted("b"), hosted("b"), hosted("b")];
  for (const { room, host } of [alone, ...many]) room.leave(host);
  rooms.open("c");
  expect(rooms.has(alone.code)).toBe(true);
  expect(many.map(({ code }) => rooms.has(code))).toEqual([false, true, true]);
});

test("a host with its key has a place when others have taken all, and such places are counted too", () => {
  rooms = start({ roomsMax: 8, networkShare: 25 });
  const returning = ["e", "f", "g"].map((network) => hosted(network));
  for (const { room, host } of returning) room.leave(host);
  time += 10 * MINUTE + 1;
  rooms.tick();
  for (const network of ["a", "b", "c", "d"]) {
    hosted(network);
    hosted(network);
  }
  expect(() => rooms.open("e")).toThrow(refusal("rooms-full"));
  const back = (network: string, { code, hostKey }: { code: string; hostKey: string }) =>
    rooms.findAsHost(code, hostKey, network).joinHost(new HandMember(`back ${code}`));
  expect(() => back("a", returning[0]!)).toThrow(refusal("rooms-full"));
  back("e", returning[0]!);
  back("f", returning[1]!);
  expect(() => back("g", returning[2]!)).toThrow(refusal("rooms-full"));
  expect(rooms.size).toBe(10);
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
  expect(() => rooms.findAsHost(code, oldKey(SECRET, code))).toThrow(refusal("key-wrong"));
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

describe("after a restart", () => {
  /** Opens a wall that its host has been in, and starts the server anew. */
  function openAndRestart(): { code: string; hostKey: string } {
    const wall = rooms.open();
    rooms.find(wall.code).joinHost(new HandMember("host"));
    restart();
    return wall;
  }
  function restart(): void {
    rooms.close("restart");
    rooms = start();
  }
  /** A wall as an earlier version kept it: without a word of whose it is. */
  function keepOld(code: string): void {
    const wall = { version: 1 as const, show: FIRST_SHOW, screens: [] };
    walls.keep(code, () => wall);
  }
  /** Two keys for one code, as when a code is given a second time. */
  function secondKey(code: string, serialsLater: number): string {
    const codes = new Codes(SECRET, { reserved: serialsLater });
    const keys = new HostKeys(SECRET, codes);
    const issued = keys.issue();
    expect(issued.code).toBe(code);
    return issued.hostKey;
  }
  const serialOf = (key: string) => Number(Buffer.from(key, "base64url").readBigUInt64BE());

  test("an old key does not open somebody else's wall, whose own host still does", () => {
    const { code, hostKey } = openAndRestart();
    const earlier = secondKey(code, serialOf(hostKey) - CODES);
    for (const key of [earlier, oldKey(SECRET, code)]) {
      expect(() => rooms.findAsHost(code, key)).toThrow(refusal("key-wrong"));
    }
    expect(rooms.findAsHost(code, hostKey).hostKey).toBe(hostKey);
  });

  test("an old key does not open somebody else's code either when nothing of it was kept", () => {
    const { code, hostKey } = rooms.open();
    restart();
    const earlier = secondKey(code, serialOf(hostKey) - CODES);
    for (const key of [earlier, oldKey(SECRET, code)]) {
      expect(() => rooms.findAsHost(code, key)).toThrow(refusal("key-wrong"));
    }
    expect(rooms.findAsHost(code, hostKey).hostKey).toBe(hostKey);
  });

  test("a key lives as long as its wall is kept, however old it is, and otherwise 90 days", () => {
    const kept = openAndRestart();
    const { code, hostKey } = rooms.open();
    time += CODE_ROUND_MS + MINUTE;
    restart();
    expect(rooms.findAsHost(kept.code, kept.hostKey).code).toBe(kept.code);
    expect(() => rooms.findAsHost(code, hostKey)).toThrow(refusal("key-wrong"));
  });

  test("the code of a kept wall is not given again, even when its turn comes", () => {
    const { code } = openAndRestart();
    rooms = start();
    const given = [rooms.open().code, rooms.open().code];
    expect(given).not.toContain(code);
  });

  test("a wall kept by an earlier version is its host's who comes first, and from then on nobody else's", () => {
    keepOld("AAAAA");
    const [first, second] = [oldKey(SECRET, "AAAAA"), oldKey(SECRET, "AAAAA")];
    rooms.findAsHost("AAAAA", first).joinHost(new HandMember("host"));
    restart();
    expect(() => rooms.findAsHost("AAAAA", second)).toThrow(refusal("key-wrong"));
    expect(rooms.findAsHost("AAAAA", first).hostKey).toBe(first);
  });

  test("a key of an earlier version opens only what is kept", () => {
    expect(() => rooms.findAsHost("AAAAA", oldKey(SECRET, "AAAAA"))).toThrow(refusal("key-wrong"));
  });

  test("a wall that cannot be read opens without its arrangement, and gets it back with what came since", () => {
    const { code, hostKey } = rooms.open();
    const before = rooms.find(code);
    before.joinHost(new HandMember("host"));
    before.wall.setShow({ ...FIRST_SHOW, palette: "neon" });
    const names = (room: typeof before) => room.wall.saved.screens.map(({ id, name }) => `${id} ${name}`);
    for (const screen of ["screen-1", "screen-2"]) {
      before.joinListener(new HandMember(screen), { screen, name: `name of ${screen}` });
    }
    walls.unreadable.add(code);
    restart();
    const room = rooms.findAsHost(code, hostKey);
    const host = new HandMember("host again");
    room.joinHost(host);
    expect(host.take()).toContainEqual(expect.objectContaining({ type: "error", code: "wall-unreadable" }));
    room.joinListener(new HandMember("2"), { screen: "screen-2" });
    room.joinListener(new HandMember("3"), { screen: "screen-3" });
    expect(names(room)).toEqual(["screen-2 Screen 1", "screen-3 Screen 2"]);
    host.take();
    walls.recover(code);
    expect(names(room)).toEqual([
      "screen-1 name of screen-1",
      "screen-2 name of screen-2",
      "screen-3 Screen 3",
    ]);
    expect(room.wall.show.palette).toBe("neon");
    expect(host.take().map(({ type }) => type)).toEqual(["show", "screens"]);
    const again = new HandMember("host once more");
    room.joinHost(again);
    expect(again.take().map(({ type }) => type)).not.toContain("error");
  });

  test("what the host has set before its wall could be read stays", () => {
    const { code, hostKey } = rooms.open();
    rooms.find(code).joinHost(new HandMember("host"));
    rooms.find(code).wall.setShow({ ...FIRST_SHOW, palette: "neon" });
    rooms.find(code).joinListener(new HandMember("1"), { screen: "screen-1" });
    walls.unreadable.add(code);
    restart();
    const room = rooms.findAsHost(code, hostKey);
    room.wall.setShow({ ...FIRST_SHOW, palette: "embers" });
    room.joinListener(new HandMember("1"), { screen: "screen-1" });
    const [{ touched: _, ...screen }] = room.wall.saved.screens as [SavedScreen];
    room.wall.arrange([{ ...arrangedOf(screen), x: 7, name: "Moved" }]);
    walls.recover(code);
    expect(room.wall.show.palette).toBe("embers");
    expect(room.wall.saved.screens).toMatchObject([{ id: "screen-1", x: 7, name: "Moved", touched: true }]);
  });

  test("of a wall that cannot be read, an old key must wait, as nobody knows whose it is", () => {
    keepOld("AAAAA");
    walls.unreadable.add("AAAAA");
    const key = oldKey(SECRET, "AAAAA");
    expect(() => rooms.findAsHost("AAAAA", key)).toThrow(refusal("wall-unreadable"));
    walls.unreadable.delete("AAAAA");
    expect(rooms.findAsHost("AAAAA", key).hostKey).toBe(key);
  });

  test("a room whose wall turns out to be another host's is closed, and takes nothing of it", () => {
    const { code, hostKey } = rooms.open();
    const own = { version: 1 as const, show: FIRST_SHOW, screens: [], keyHash: hashOfKey("another key") };
    walls.keep(code, () => own);
    walls.unreadable.add(code);
    restart();
    const room = rooms.findAsHost(code, hostKey);
    walls.recover(code);
    expect(room.status.state).toBe("closed");
    expect(rooms.has(code)).toBe(false);
    expect(walls.read(code)).toEqual({ state: "kept", wall: own });
  });
});

function arrangedOf({ number: _, ...arranged }: Omit<SavedScreen, "touched">): Arranged {
  return arranged;
}
