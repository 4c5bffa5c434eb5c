import { pino } from "pino";
import { beforeEach, expect, test } from "vitest";
import { FIRST_SHOW, type Show } from "../../../../server/protocol/wall.ts";
import { Room } from "../../../../server/room/room.ts";
import { FakeEngine, OFFERS } from "../../../support/fake-engine.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { MemoryWalls } from "../../../support/memory-walls.ts";

const CODE = "AAAAA";
const LIFETIMES = { idle: 1_000, hostless: 10_000, unclaimed: 100 };

const TIMING = { delay: { from: 150, to: 150, at: 0, until: 0, auto: true } };
const UNREPORTED = { reporting: 0, exact: 0, neededMs: null, latenessMs: null, clockErrorMs: null };

let engine: FakeEngine;
let room: Room;
let time: number;
let host: HandMember;
let listener: HandMember;

beforeEach(() => {
  engine = new FakeEngine();
  engine.on("peer-connected", (_broadcast, peer) => room.handlePeerConnected(peer));
  engine.on("peer-closed", (_broadcast, peer, reason) => room.handlePeerClosed(peer, reason));
  time = 0;
  const log = pino({ level: "silent" });
  room = new Room({
    code: CODE,
    hostKey: "key",
    engine,
    listenersMax: 2,
    walls: new MemoryWalls(),
    packetTime: { longFrom: 2, shortBelow: 1 },
    now: () => time,
    log,
  });
  host = new HandMember("host");
  listener = new HandMember("listener");
});

/** Takes the room to `live` with both members in it and their mail read. */
function goLive(): void {
  room.joinHost(host);
  room.joinListener(listener);
  room.offer(host, { offer: OFFERS.send });
  engine.connect(CODE, "publish");
  host.take();
  listener.take();
}

const status = (state: string, playing = false, title = "") => ({
  type: "room",
  room: { state, playing, title },
});

test("waits until its host's media is connected, then is live, and tells everyone", () => {
  room.joinListener(listener);
  room.joinHost(host);
  room.offer(host, { offer: OFFERS.send });
  expect(room.status.state).toBe("waiting");
  engine.connect(CODE, "publish");
  expect(room.status.state).toBe("live");
  expect(listener.take()).toEqual([
    {
      type: "joined",
      code: CODE,
      role: "listener",
      room: status("waiting").room,
      timing: TIMING,
      show: FIRST_SHOW,
      gainDb: 0,
    },
    expect.objectContaining({ type: "place" }),
    status("live"),
  ]);
  expect(host.take()).toEqual([
    {
      type: "joined",
      code: CODE,
      role: "host",
      room: status("waiting").room,
      timing: TIMING,
      show: FIRST_SHOW,
      gainDb: 0,
    },
    expect.objectContaining({ type: "screens" }),
    {
      type: "stats",
      stats: {
        listeners: 1,
        connected: 0,
        roundTripMs: null,
        worstLoss: 0,
        packetTimeMs: 20,
        sync: UNREPORTED,
      },
    },
    { type: "answer", sdp: "answer to peer-1" },
    status("live"),
  ]);
});

test("keeps its wall: who comes later, host or screen, is told", () => {
  room.joinHost(host);
  room.joinListener(listener, { screen: "browser-1" });
  const show: Show = { ...FIRST_SHOW, safety: "off" };
  room.wall.setShow(show);
  room.leave(listener);
  host.take();
  const [late, again] = [new HandMember("late"), new HandMember("again")];
  room.joinListener(late, { screen: "browser-1" });
  expect(late.take()).toMatchObject([
    { type: "joined", show },
    { type: "place", screen: { number: 1 } },
  ]);
  room.joinHost(again);
  expect(again.take()).toContainEqual({
    type: "screens",
    screens: [expect.objectContaining({ present: true })],
  });
});

test("waits again after stop, with the publisher closed and listeners still there", () => {
  goLive();
  room.stop();
  expect(room.status.state).toBe("waiting");
  expect(engine.find(CODE, "publish")).toBeUndefined();
  expect(listener.take()).toEqual([status("waiting")]);
  expect(host.take()).toEqual([status("waiting")]);
});

test("says host-away when the host leaves, and lights up again when it is back", () => {
  goLive();
  room.playback(true, "Song");
  listener.take();
  room.leave(host);
  expect(engine.find(CODE, "publish")).toBeUndefined();
  const again = new HandMember("host again");
  room.joinHost(again);
  room.offer(again, { offer: OFFERS.send });
  engine.connect(CODE, "publish");
  expect(listener.take()).toEqual([
    status("host-away", false, "Song"),
    status("waiting", false, "Song"),
    status("live", false, "Song"),
  ]);
});

test("a second host takes over: the first is let go and no longer heard", () => {
  goLive();
  const second = new HandMember("second");
  room.joinHost(second);
  expect(host.releasedFor).toBe("host-replaced");
  expect(engine.find(CODE, "publish")).toBeUndefined();
  expect(listener.take()).toEqual([status("waiting")]);
  expect(second.take()[0]).toMatchObject({ type: "joined", role: "host", room: { state: "waiting" } });
  room.leave(host);
  expect(room.status.state).toBe("waiting");
  expect(() => room.offer(host, { offer: OFFERS.send })).toThrow(
    expect.objectContaining({ code: "not-in-room" }),
  );
});

test("a new offer replaces the member's peer without a word about the old one", () => {
  goLive();
  room.offer(listener, { offer: OFFERS.receive });
  const former = engine.find(CODE, "subscribe")!;
  room.offer(listener, { offer: OFFERS.receive });
  room.offer(host, { offer: OFFERS.send });
  expect(engine.peers.has(former.id)).toBe(false);
  expect(engine.peers.size).toBe(2);
  expect(listener.take().map((message) => message.type)).toEqual(["answer", "answer"]);
  expect(host.take().map((message) => message.type)).toEqual(["answer"]);
  expect(room.status.state).toBe("live");
});

test("a refused offer leaves the peer that was there in its place", () => {
  goLive();
  const publisher = engine.find(CODE, "publish")!;
  expect(() => room.offer(host, { offer: "garbage" })).toThrow(
    expect.objectContaining({ code: "offer-invalid" }),
  );
  expect(room.status.state).toBe("live");
  engine.closePeer(publisher.id, "no consent");
  expect(host.take()).toEqual([{ type: "media-closed", reason: "no consent" }, status("waiting")]);
});

test("a listener that would send is refused", () => {
  room.joinListener(listener);
  expect(() => room.offer(listener, { offer: OFFERS.send })).toThrow(
    expect.objectContaining({ code: "offer-sends" }),
  );
  expect(engine.peers.size).toBe(0);
});

test("tells a listener whose media is lost, so that it offers anew", () => {
  goLive();
  room.offer(listener, { offer: OFFERS.receive });
  listener.take();
  engine.closePeer(engine.find(CODE, "subscribe")!.id, "no consent");
  expect(listener.take()).toEqual([{ type: "media-closed", reason: "no consent" }]);
  expect(room.status.state).toBe("live");
});

test("frees the media of a listener that leaves", () => {
  goLive();
  room.offer(listener, { offer: OFFERS.receive });
  room.leave(listener);
  expect(engine.find(CODE, "subscribe")).toBeUndefined();
  expect(room.listenerCount).toBe(0);
});

test("takes no more listeners than allowed", () => {
  room.joinListener(listener);
  room.joinListener(new HandMember("second"));
  expect(() => room.joinListener(new HandMember("third"))).toThrow(
    expect.objectContaining({ code: "room-full" }),
  );
});

test("passes on what the song does, once", () => {
  goLive();
  room.playback(true, "Song");
  room.playback(true);
  room.playback(false);
  expect(listener.take()).toEqual([status("live", true, "Song"), status("live", false, "Song")]);
});

test("tells its host how listeners receive", () => {
  goLive();
  const figures = [
    { loss: 0.1, jitterMs: 1, roundTripMs: 30 },
    { loss: 0, jitterMs: 1, roundTripMs: 10 },
  ];
  const second = new HandMember("second");
  room.joinListener(second);
  for (const [index, member] of [listener, second].entries()) {
    room.offer(member, { offer: OFFERS.receive });
    engine.figures.set(engine.find(CODE, "subscribe")!.id, figures[index]!);
  }
  engine.connect(CODE, "subscribe");
  room.timing.report(listener, { clockErrorMs: 2, neededMs: 80, latenessMs: 5, precision: "graph" });
  room.timing.report(second, { clockErrorMs: 1, neededMs: 90, latenessMs: 0, precision: "exact" });
  host.take();
  room.tick();
  expect(host.take()).toContainEqual({
    type: "stats",
    stats: {
      listeners: 2,
      connected: 1,
      roundTripMs: 30,
      worstLoss: 0.1,
      packetTimeMs: 60,
      sync: { reporting: 2, exact: 1, neededMs: 90, latenessMs: 5, clockErrorMs: 2 },
      screens: expect.any(Array),
    },
  });
});

test("a room that fills is moved to long packets once, and back when it has emptied", () => {
  goLive();
  const second = new HandMember("second");
  const told = () => host.take().filter(({ type }) => type === "packet-time");
  room.joinListener(second);
  room.tick();
  room.tick();
  expect(told()).toEqual([{ type: "packet-time", packetTimeMs: 60 }]);
  room.leave(second);
  room.tick();
  expect(told()).toEqual([]);
  room.offer(host, { offer: OFFERS.send });
  expect(engine.find(CODE, "publish")).toMatchObject({ packetTimeMs: 60 });
  room.leave(listener);
  room.tick();
  expect(told()).toEqual([{ type: "packet-time", packetTimeMs: 20 }]);
});

test("closes once: everyone is told, media is freed, members are let go", () => {
  goLive();
  room.offer(listener, { offer: OFFERS.receive });
  listener.take();
  room.close("test");
  room.close("again");
  expect(engine.peers.size).toBe(0);
  for (const member of [host, listener]) {
    expect(member.take()).toEqual([status("closed")]);
    expect(member.released).toBe(true);
    expect(member.releasedFor).toBeUndefined();
  }
});

test.each([
  ["its host never came", () => {}, LIFETIMES.unclaimed],
  [
    "everyone left",
    () => {
      room.joinHost(host);
      room.leave(host);
    },
    LIFETIMES.idle,
  ],
  [
    "listeners wait for a host",
    () => {
      room.joinHost(host);
      room.joinListener(listener);
      room.leave(host);
    },
    LIFETIMES.hostless,
  ],
])("expires after a while when %s", (_when, arrange, lifetime) => {
  arrange();
  time += lifetime;
  expect(room.isExpired(LIFETIMES)).toBe(false);
  time += 1;
  expect(room.isExpired(LIFETIMES)).toBe(true);
});

test("never expires while its host is there", () => {
  room.joinHost(host);
  time = Number.MAX_SAFE_INTEGER;
  expect(room.isExpired(LIFETIMES)).toBe(false);
});

const timings = (member: HandMember) => member.take().filter((message) => message.type === "timing");

test("tells everyone the broadcast's time, each in the numbers of its own stream", () => {
  goLive();
  const clocks = { host: { timestamp: 5, at: 1_000 }, listeners: { timestamp: 77, at: 1_000 } };
  room.timing.setMediaClocks(clocks);
  expect(timings(host)).toMatchObject([{ timing: { clock: clocks.host } }]);
  expect(timings(listener)).toMatchObject([{ timing: { clock: clocks.listeners } }]);
  const late = new HandMember("late");
  room.joinListener(late);
  expect(late.take()[0]).toMatchObject({ type: "joined", timing: { clock: clocks.listeners } });
});

test("makes room at once for a screen that needs more delay, and tells everyone", () => {
  goLive();
  room.offer(listener, { offer: OFFERS.receive });
  engine.connect(CODE, "subscribe");
  listener.take();
  room.timing.report(listener, { clockErrorMs: 1, neededMs: 300, latenessMs: 100, precision: "graph" });
  expect(timings(listener)).toMatchObject([{ timing: { delay: { from: 150, to: 320, auto: true } } }]);
  expect(timings(host)).toMatchObject([{ timing: { delay: { to: 320 } } }]);
});

test("a screen that gets no sound moves nothing, whatever it says that it needs", () => {
  goLive();
  room.timing.report(listener, { clockErrorMs: 1, neededMs: 2_000, latenessMs: 100, precision: "graph" });
  room.tick();
  expect(timings(listener)).toEqual([]);
});

test("has the delay that its host sets", () => {
  goLive();
  room.timing.setDelay(1_000);
  expect(timings(listener)).toMatchObject([{ timing: { delay: { to: 1_000, auto: false } } }]);
});

test("tells all screens the same full second to flash at", () => {
  goLive();
  time = 1_234;
  room.timing.flashTest();
  expect(listener.take()).toEqual([{ type: "flash-test", at: 3_000 }]);
});
