import { beforeEach, expect, test } from "vitest";
import type { ServerMessage } from "../../../../server/protocol/messages.ts";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import type { EncodedMessage } from "../../../../server/room/member.ts";
import type { Watcher } from "../../../../server/room/watchers.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { MINUTE, RoomStage, RoomsStage } from "../../../support/room-stage.ts";

/** A program that keeps what it is told. */
class HandWatcher implements Watcher {
  readonly told: ServerMessage[] = [];
  hasEnded = false;

  send({ data }: EncodedMessage): void {
    this.told.push(JSON.parse(String(data)));
  }

  end(): void {
    this.hasEnded = true;
  }

  get types(): string[] {
    return this.told.splice(0).map(({ type }) => type);
  }
}

let stage: RoomStage;
let watcher: HandWatcher;

beforeEach(() => {
  stage = new RoomStage();
  watcher = new HandWatcher();
});

test("a program that follows is told the present state, then what a host's page is told", () => {
  stage.goLive();
  stage.room.feed.add(watcher);
  expect(watcher.told).toMatchObject([
    { type: "room", room: { state: "live" } },
    { type: "show", show: FIRST_SHOW },
    { type: "stats", stats: { listeners: 1, packetTimeMs: 20 } },
    { type: "screens", screens: [{ name: "Screen 1" }] },
  ]);
  watcher.told.length = 0;
  stage.room.wall.setShow({ ...FIRST_SHOW, palette: "neon" });
  stage.room.timing.flashTest();
  stage.room.timing.setDelay(500);
  stage.room.playback({ playing: true, title: "Blue Monday" });
  expect(watcher.types).toEqual(["show", "room"]);
  stage.room.tick();
  expect(watcher.types).toContain("stats");
});

test("is told nothing any more once it is removed, and ended when the room closes", () => {
  const other = new HandWatcher();
  stage.room.feed.add(watcher);
  stage.room.feed.add(other);
  stage.room.feed.remove(watcher);
  watcher.told.length = 0;
  stage.room.close("test");
  expect([watcher.types, watcher.hasEnded]).toEqual([[], false]);
  expect(other.told.at(-1)).toMatchObject({ type: "room", room: { state: "closed" } });
  expect(other.hasEnded).toBe(true);
});

test("keeps its room open, which closes some time after it has left", () => {
  const rooms = new RoomsStage();
  const { code } = rooms.rooms.open();
  const room = rooms.rooms.find(code);
  room.feed.add(watcher);
  rooms.time += 60 * MINUTE;
  rooms.rooms.tick();
  expect(rooms.rooms.has(code)).toBe(true);
  room.feed.remove(watcher);
  rooms.time += 3 * MINUTE;
  rooms.rooms.tick();
  expect(rooms.rooms.has(code)).toBe(false);
});

test("is told of screens that are removed before the host has heard of them", () => {
  stage.room.joinHost(stage.host);
  stage.host.isBehind = true;
  stage.room.joinListener(stage.listener, { screen: "screen-1" });
  stage.room.feed.add(watcher);
  stage.room.leave(stage.listener);
  stage.room.wall.removeScreen("screen-1");
  expect(watcher.types).toContain("screen-removed");
});

test("only the host's page is told a password", () => {
  const [host, listener] = [new HandMember("host"), new HandMember("listener")];
  stage.room.feed.tellPassword("nobody is there");
  stage.room.joinHost(host);
  stage.room.joinListener(listener);
  stage.room.feed.add(watcher);
  for (const member of [host, listener]) member.take();
  watcher.told.length = 0;
  stage.room.feed.tellPassword("sesame");
  expect(host.take()).toEqual([{ type: "password", password: "sesame" }]);
  expect([listener.take(), watcher.told]).toEqual([[], []]);
});
