import { beforeEach, expect, test } from "vitest";
import { FIRST_SHOW, type ScreenSeen, type Show } from "../../../../server/protocol/wall.ts";
import { OFFERS } from "../../../support/fake-engine.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { LIGHT_MAP } from "../../../support/light-maps.ts";
import { RoomStage } from "../../../support/room-stage.ts";

const LIFETIMES = { idle: 1_000, hostless: 10_000, unclaimed: 100 };
const TIMING = { delay: { from: 150, to: 150, at: 0, until: 0, auto: true } };
const UNREPORTED = {
  reporting: 0,
  exact: 0,
  neededMs: null,
  latenessMs: null,
  clockErrorMs: null,
  outOfStep: 0,
};

let stage: RoomStage;

beforeEach(() => {
  stage = new RoomStage();
});

const status = (state: string, playing = false, title = "") => ({
  type: "room",
  room: { state, playing, title },
});

test("a room is waiting until its host's media connects, then live, and notifies all members", () => {
  stage.room.joinListener(stage.listener);
  stage.room.joinHost(stage.host);
  stage.room.offer(stage.host, { offer: OFFERS.send });
  expect(stage.room.status.state).toBe("waiting");
  stage.engine.connect(stage.code, "publish");
  expect(stage.room.status.state).toBe("live");
  expect(stage.listener.take()).toEqual([
    {
      type: "joined",
      code: stage.code,
      role: "listener",
      room: status("waiting").room,
      timing: TIMING,
      show: FIRST_SHOW,
      maps: [],
      rises: [],
    },
    expect.objectContaining({ type: "place" }),
    status("live"),
  ]);
  expect(stage.host.take()).toEqual([
    {
      type: "joined",
      code: stage.code,
      role: "host",
      room: status("waiting").room,
      timing: TIMING,
      show: FIRST_SHOW,
      maps: [],
      rises: [],
    },
    expect.objectContaining({ type: "screens" }),
    {
      type: "stats",
      stats: {
        listeners: 1,
        connected: 0,
        roundTripMs: null,
        overSocket: 0,
        relayed: 0,
        worstLoss: 0,
        packetTimeMs: 20,
        sync: UNREPORTED,
        screens: [expect.objectContaining({ receives: null, neededMs: null })],
      },
    },
    { type: "answer", sdp: "answer to peer-1" },
    status("live"),
  ]);
});

test("members that join later get the current show and screens", () => {
  stage.room.joinHost(stage.host);
  stage.room.joinListener(stage.listener, { screen: "browser-1" });
  const show: Show = { ...FIRST_SHOW, safety: "off" };
  stage.room.wall.setShow(show);
  stage.room.leave(stage.listener);
  stage.host.take();
  const [late, again] = [new HandMember("late"), new HandMember("again")];
  stage.room.joinListener(late, { screen: "browser-1" });
  expect(late.take()).toMatchObject([
    { type: "joined", show },
    { type: "place", screen: { number: 1 } },
  ]);
  stage.room.joinHost(again);
  expect(again.take()).toContainEqual({
    type: "screens",
    screens: [expect.objectContaining({ present: true })],
  });
});

test("after stop the room is waiting, the publisher is closed and the listeners are still there", () => {
  stage.goLive();
  stage.room.stop();
  expect(stage.room.status.state).toBe("waiting");
  expect(stage.engine.find(stage.code, "publish")).toBeUndefined();
  expect(stage.listener.take()).toEqual([status("waiting")]);
  expect(stage.host.take()).toEqual([status("waiting")]);
});

test("the room is host-away when the host leaves, and live again when the host has returned", () => {
  stage.goLive();
  stage.room.playback({ playing: true, title: "Song" });
  stage.listener.take();
  stage.room.leave(stage.host);
  expect(stage.engine.find(stage.code, "publish")).toBeUndefined();
  const again = new HandMember("host again");
  stage.room.joinHost(again);
  stage.room.offer(again, { offer: OFFERS.send });
  stage.engine.connect(stage.code, "publish");
  expect(stage.listener.take()).toEqual([
    status("host-away", false, "Song"),
    status("waiting", false, "Song"),
    status("live", false, "Song"),
  ]);
});

test("a new offer replaces the member's peer without a media-closed message", () => {
  stage.goLive();
  stage.room.offer(stage.listener, { offer: OFFERS.receive });
  const former = stage.engine.find(stage.code, "subscribe")!;
  stage.room.offer(stage.listener, { offer: OFFERS.receive });
  stage.room.offer(stage.host, { offer: OFFERS.send });
  expect(stage.engine.peers.has(former.id)).toBe(false);
  expect(stage.engine.peers.size).toBe(2);
  expect(stage.listener.take().map((message) => message.type)).toEqual(["answer", "answer"]);
  expect(stage.host.take().map((message) => message.type)).toEqual(["answer"]);
  expect(stage.room.status.state).toBe("live");
});

test("after a refused offer, the member's earlier peer stays", () => {
  stage.goLive();
  const publisher = stage.engine.find(stage.code, "publish")!;
  expect(() => stage.room.offer(stage.host, { offer: "garbage" })).toThrow(
    expect.objectContaining({ code: "offer-invalid" }),
  );
  expect(stage.room.status.state).toBe("live");
  stage.engine.closePeer(publisher.id, "no consent");
  expect(stage.host.take()).toEqual([{ type: "media-closed", reason: "no consent" }, status("waiting")]);
});

test("a listener's offer to send is refused", () => {
  stage.room.joinListener(stage.listener);
  expect(() => stage.room.offer(stage.listener, { offer: OFFERS.send })).toThrow(
    expect.objectContaining({ code: "offer-sends" }),
  );
  expect(stage.engine.peers.size).toBe(0);
});

test("a listener whose peer closes gets media-closed", () => {
  stage.goLive();
  stage.room.offer(stage.listener, { offer: OFFERS.receive });
  stage.listener.take();
  stage.engine.closePeer(stage.engine.find(stage.code, "subscribe")!.id, "no consent");
  expect(stage.listener.take()).toEqual([{ type: "media-closed", reason: "no consent" }]);
  expect(stage.room.status.state).toBe("live");
});

test("the peer of a listener that leaves is closed", () => {
  stage.goLive();
  stage.room.offer(stage.listener, { offer: OFFERS.receive });
  stage.room.leave(stage.listener);
  expect(stage.engine.find(stage.code, "subscribe")).toBeUndefined();
  expect(stage.room.listenerCount).toBe(0);
});

test("a page that comes back by another way is the same screen at once, also in a full room", () => {
  const arrival = { page: "a page of a phone", screen: "screen-of-a-phone" };
  stage.room.joinListener(new HandMember("other"));
  expect(stage.room.joinListener(stage.listener, arrival)).toBe(arrival.screen);
  const [{ x, y }] = stage.room.wall.screens.filter(({ id }) => id === arrival.screen) as [ScreenSeen];
  const again = new HandMember("again");
  expect(stage.room.joinListener(again, arrival)).toBe(arrival.screen);
  expect(stage.listener.released).toBe(true);
  expect(stage.room.listenerCount).toBe(2);
  expect(stage.room.wall.screens).toHaveLength(2);
  expect(stage.room.wall.seen(arrival.screen)).toMatchObject({ x, y, present: true });
  // What its former connection does later changes nothing.
  stage.room.leave(stage.listener);
  expect(stage.room.wall.seen(arrival.screen)?.present).toBe(true);
});

test("another page of the same browser is another screen", () => {
  const screen = "screen-of-a-phone";
  stage.room.joinListener(stage.listener, { page: "one page of it", screen });
  const other = stage.room.joinListener(new HandMember("other"), { page: "another page", screen });
  expect(other).not.toBe(screen);
  expect(stage.listener.released).toBe(false);
});

test("a listener beyond the limit is refused", () => {
  stage.room.joinListener(stage.listener);
  stage.room.joinListener(new HandMember("second"));
  expect(() => stage.room.joinListener(new HandMember("third"))).toThrow(
    expect.objectContaining({ code: "room-full" }),
  );
});

test("a change of playback is sent to listeners once", () => {
  stage.goLive();
  stage.room.playback({ playing: true, title: "Song" });
  stage.room.playback({ playing: true });
  stage.room.playback({ playing: false });
  expect(stage.listener.take()).toEqual([status("live", true, "Song"), status("live", false, "Song")]);
});

test("a room closes once: it notifies all members, closes their media and releases them", () => {
  stage.goLive();
  stage.room.offer(stage.listener, { offer: OFFERS.receive });
  stage.listener.take();
  stage.room.close("test");
  stage.room.close("again");
  expect(stage.engine.peers.size).toBe(0);
  for (const member of [stage.host, stage.listener]) {
    expect(member.take()).toEqual([status("closed")]);
    expect(member.released).toBe(true);
    expect(member.releasedFor).toBeUndefined();
  }
});

test.each([
  ["its host has never joined", () => {}, LIFETIMES.unclaimed],
  [
    "everyone left",
    () => {
      stage.room.joinHost(stage.host);
      stage.room.leave(stage.host);
    },
    LIFETIMES.idle,
  ],
  [
    "listeners wait for a host",
    () => {
      stage.room.joinHost(stage.host);
      stage.room.joinListener(stage.listener);
      stage.room.leave(stage.host);
    },
    LIFETIMES.hostless,
  ],
])("a room expires after its lifetime if %s", (_when, arrange, lifetime) => {
  arrange();
  stage.time += lifetime;
  expect(stage.room.isExpired(LIFETIMES)).toBe(false);
  stage.time += 1;
  expect(stage.room.isExpired(LIFETIMES)).toBe(true);
});

test("a room does not expire while its host is there", () => {
  stage.room.joinHost(stage.host);
  stage.time = Number.MAX_SAFE_INTEGER;
  expect(stage.room.isExpired(LIFETIMES)).toBe(false);
});

test("a light map reaches the screens in their own time, and light may rise on its beats", () => {
  stage.goLive();
  const beats = Array.from({ length: 20 }, (_, n) => ({ after: 500 * n, inBar: n % 4 }));
  const map = { ...LIGHT_MAP, from: 4_800, beats };
  stage.room.light.setMap(map);
  // Before the first packet there is nothing that it could be of.
  expect(stage.listener.take()).toEqual([]);
  const host = { timestamp: 0, at: 0 };
  stage.room.timing.setMediaClocks({ host, listeners: { timestamp: 1_000, at: 0 } });
  stage.listener.take();
  stage.room.light.setMap(map);
  const [sent, plan] = stage.listener.take();
  expect(sent).toEqual({ type: "light-map", map: { ...map, from: 5_800 } });
  // Six seconds are planned already. Beats are shown 100 ms of RTP time and the wall delay later.
  const rises = plan?.type === "flash-plan" ? plan.rises.filter((rise) => rise > 6_500) : [];
  expect(rises.length).toBeGreaterThan(4);
  for (const rise of rises) expect((rise + 30 - 100 - TIMING.delay.to) % 500).toBe(0);
});

test("a room sends a host's light maps at a limited rate", () => {
  stage.goLive();
  stage.room.timing.setMediaClocks({ host: { timestamp: 0, at: 0 }, listeners: { timestamp: 0, at: 0 } });
  for (let n = 0; n < 15; n++) stage.room.light.setMap(LIGHT_MAP);
  expect(() => stage.room.light.setMap(LIGHT_MAP)).toThrow(expect.objectContaining({ code: "rate-limited" }));
  stage.time += 1_000;
  stage.room.light.setMap(LIGHT_MAP);
});
