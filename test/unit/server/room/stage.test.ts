import { beforeEach, describe, expect, test } from "vitest";
import { LightwallError } from "../../../../server/protocol/errors.ts";
import type { Member } from "../../../../server/room/member.ts";
import { ClusterStage } from "../../../support/cluster-stage.ts";
import { OFFERS } from "../../../support/fake-engine.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { RoomStage } from "../../../support/room-stage.ts";

/** The broadcast of the stage. */
const STAGE = "AAAAA/stage";

let stage: RoomStage;
let screen: string;

beforeEach(() => {
  stage = new RoomStage();
  stage.room.joinHost(stage.host);
  screen = stage.room.joinListener(stage.listener);
  stage.room.offer(stage.host, { offer: OFFERS.send });
  stage.engine.connect(stage.code, "publish");
  stage.host.take();
  stage.listener.take();
});

const give = (to: string | null = screen) => stage.room.stage.give(to);
const offer = (member: Member, text: string) => stage.room.offer(member, { offer: text, isForStage: true });
const sends = () => stage.engine.find(STAGE, "publish");
const receives = () => stage.engine.find(STAGE, "subscribe");

/** Brings the listener on stage, and the host to hear it; their messages have been taken. */
function play(): void {
  give();
  offer(stage.host, OFFERS.receive);
  offer(stage.listener, OFFERS.send);
  stage.host.take();
  stage.listener.take();
}

/** Whatever was on stage is closed, and everyone is told. */
function expectEnd(): void {
  expect([sends(), receives()]).toEqual([undefined, undefined]);
  expect(stage.room.status).not.toHaveProperty("stage");
  expect(() => offer(stage.listener, OFFERS.send)).toThrow(new LightwallError("offer-sends"));
}

test("the host gives it to a listener; everyone is told, and the two offer in any order", () => {
  give();
  const room = { ...stage.room.status, stage: 1 };
  expect(stage.listener.take()).toEqual([
    { type: "stage", given: true },
    { type: "room", room },
  ]);
  expect(stage.host.take()).toEqual([{ type: "room", room }]);
  offer(stage.host, OFFERS.receive);
  offer(stage.listener, OFFERS.send);
  expect(stage.host.take()).toEqual([{ type: "answer", sdp: "answer to peer-2", stage: true }]);
  expect(stage.listener.take()).toEqual([{ type: "answer", sdp: "answer to peer-3", stage: true }]);
  expect(sends()).toMatchObject({ packetTimeMs: 20 });
  // The wall's own broadcast has no other publisher.
  expect(stage.engine.find(stage.code, "publish")?.id).toBe("peer-1");
});

test("whoever joins later learns who is on stage", () => {
  give();
  const late = new HandMember("late");
  stage.room.joinListener(late);
  expect(late.take()[0]).toMatchObject({ type: "joined", room: { stage: 1 } });
});

test("the status keeps it while the song and the state change", () => {
  give();
  stage.room.playback({ playing: true, title: "Song" });
  expect(stage.room.status).toMatchObject({ stage: 1, title: "Song" });
  stage.room.stop();
  expect(stage.room.status).toMatchObject({ stage: 1, state: "waiting" });
});

describe("is refused", () => {
  test("to a listener that is not on it, with the code of today", () => {
    const other = new HandMember("other");
    stage.room.joinListener(other);
    for (const member of [other, stage.listener]) {
      expect(() => offer(member, OFFERS.send)).toThrow(new LightwallError("offer-sends"));
      expect(() => offer(member, OFFERS.receive)).toThrow(new LightwallError("offer-sends"));
    }
    give();
    for (const text of Object.values(OFFERS))
      expect(() => offer(other, text)).toThrow(new LightwallError("offer-sends"));
    expect([sends(), receives()]).toEqual([undefined, undefined]);
  });

  test("to a listener on stage whose offer for the wall itself sends", () => {
    give();
    expect(() => stage.room.offer(stage.listener, { offer: OFFERS.send })).toThrow(
      new LightwallError("offer-sends"),
    );
  });

  test("to the host while nobody is on it, and where its offer sends", () => {
    expect(() => offer(stage.host, OFFERS.receive)).toThrow(new LightwallError("stage-refused"));
    give();
    expect(() => offer(stage.host, OFFERS.send)).toThrow(new LightwallError("offer-sends"));
  });

  test("for a screen that is not there", () => {
    expect(() => give("00000000-0000-4000-8000-000000000000")).toThrow(new LightwallError("stage-refused"));
    stage.room.leave(stage.listener);
    expect(() => give()).toThrow(new LightwallError("stage-refused"));
    expect(stage.room.status).not.toHaveProperty("stage");
  });

  test("to a page that is in no wall", () => {
    expect(() => offer(new HandMember("stranger"), OFFERS.send)).toThrow(new LightwallError("not-in-room"));
  });
});

describe("ends, with its media, at once", () => {
  beforeEach(play);

  test("when the host takes it back; taking it back twice changes nothing", () => {
    give(null);
    expectEnd();
    expect(stage.listener.take()).toEqual([
      { type: "stage", given: false },
      { type: "room", room: stage.room.status },
    ]);
    expect(stage.host.take()).toEqual([
      { type: "media-closed", reason: "stage ended", stage: true },
      { type: "room", room: stage.room.status },
    ]);
    give(null);
    expect([...stage.host.take(), ...stage.listener.take()]).toEqual([]);
  });

  test("when its listener leaves it; nobody else ends it so", () => {
    play();
    stage.room.stage.stepDown(stage.host);
    expect(stage.room.status).toHaveProperty("stage", 1);
    stage.room.stage.stepDown(stage.listener);
    expectEnd();
    expect(stage.listener.take()).toContainEqual({ type: "stage", given: false });
  });

  test("when another listener gets it", () => {
    const other = new HandMember("other");
    const second = stage.room.joinListener(other);
    for (const member of [stage.host, stage.listener, other]) member.take();
    give(second);
    expect([sends(), receives()]).toEqual([undefined, undefined]);
    expect(stage.listener.take()[0]).toEqual({ type: "stage", given: false });
    expect(other.take()[0]).toEqual({ type: "stage", given: true });
    expect(stage.room.status.stage).toBe(2);
    expect(() => offer(stage.listener, OFFERS.send)).toThrow(new LightwallError("offer-sends"));
    offer(other, OFFERS.send);
    expect(sends()).toBeDefined();
  });

  test("when the listener leaves, or comes back as another member", () => {
    stage.room.leave(stage.listener);
    expect([sends(), receives()]).toEqual([undefined, undefined]);
    const again = new HandMember("again");
    expect(stage.room.joinListener(again, { screen })).toBe(screen);
    expect(() => offer(again, OFFERS.send)).toThrow(new LightwallError("offer-sends"));
  });

  test("when the room closes", () => {
    stage.room.close("test");
    expect([sends(), receives()]).toEqual([undefined, undefined]);
    expect(stage.listener.take()[0]).toEqual({ type: "stage", given: false });
  });

  test("when another node keeps the room", () => {
    stage.room.handOver();
    expect([sends(), receives()]).toEqual([undefined, undefined]);
  });

  test("when the host stays away, but not while its page comes back", () => {
    stage.room.leave(stage.host);
    expect(receives()).toBeUndefined();
    for (stage.time = 1_000; stage.time <= 30_000; stage.time += 1_000) stage.room.tick();
    expect(stage.room.status.stage).toBe(1);
    stage.room.joinHost(stage.host);
    offer(stage.host, OFFERS.receive);
    stage.room.tick();
    stage.room.leave(stage.host);
    for (const end = stage.time + 32_000; stage.time <= end; stage.time += 1_000) stage.room.tick();
    expectEnd();
  });
});

test("a peer that closes is made known as one of the stage, and a new offer replaces it", () => {
  play();
  for (const [member, peer] of [
    [stage.listener, sends()!],
    [stage.host, receives()!],
  ] as const) {
    stage.engine.closePeer(peer.id, "no consent");
    expect(member.take()).toEqual([{ type: "media-closed", reason: "no consent", stage: true }]);
  }
  expect(stage.room.status).toMatchObject({ state: "live", stage: 1 });
  const first = offer(stage.listener, OFFERS.send);
  expect(() => offer(stage.listener, OFFERS.silent)).toThrow(new LightwallError("offer-no-audio"));
  expect(sends()?.id).toBe(first);
  expect(offer(stage.listener, OFFERS.send)).not.toBe(first);
  expect(stage.listener.takeAll("media-closed")).toEqual([]);
  expect([...stage.engine.peers.values()].filter(({ broadcast }) => broadcast === STAGE)).toHaveLength(1);
});

test("a host that is replaced by another page hears it no more; the new one may", () => {
  play();
  const next = new HandMember("next");
  stage.room.joinHost(next);
  expect(receives()).toBeUndefined();
  expect(next.take()[0]).toMatchObject({ type: "joined", room: { stage: 1 } });
  offer(next, OFFERS.receive);
  expect(receives()).toBeDefined();
});

test("a listener at another node is refused it, and may not send there", async () => {
  const cluster = new ClusterStage();
  const [near, far] = [await cluster.add(), await cluster.add()];
  await cluster.pass();
  const wall = await near.rooms.openForHost("");
  await cluster.host(near, wall);
  const listener = await cluster.listen(far, wall.code, "far");
  const room = near.rooms.find(wall.code);
  expect(() => room.stage.give(room.wall.screens[0]!.id)).toThrow(new LightwallError("stage-refused"));
  const branch = far.rooms.findForListener(wall.code);
  const sending = { offer: OFFERS.send, isForStage: true };
  expect(() => branch.offer(listener, sending)).toThrow(new LightwallError("offer-sends"));
  await cluster.close();
});
