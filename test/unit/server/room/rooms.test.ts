import { beforeEach, expect, test } from "vitest";
import type { ErrorCode } from "../../../../server/protocol/errors.ts";
import { CODE_PATTERN } from "../../../../server/protocol/format.ts";
import type { Rooms } from "../../../../server/room/rooms.ts";
import { OFFERS } from "../../../support/fake-engine.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { oldKey } from "../../../support/old-key.ts";
import { MINUTE, RoomsStage, SECRET } from "../../../support/room-stage.ts";

let stage: RoomsStage;

beforeEach(() => {
  stage = new RoomsStage();
});

const refusal = (code: ErrorCode) => expect.objectContaining({ code });

test("a room is opened under a readable code, which listeners can type in any form", () => {
  const { code } = stage.rooms.open();
  expect(code).toMatch(CODE_PATTERN);
  const typed = ` ${code.slice(0, 2).toLowerCase()}-${code.slice(2)}`;
  expect(stage.rooms.find(typed).code).toBe(code);
});

test("only the key of a room finds it for a host", () => {
  const { code, hostKey } = stage.rooms.open();
  const other = stage.rooms.open();
  expect(stage.rooms.findAsHost(code, hostKey)).toBe(stage.rooms.find(code));
  expect(() => stage.rooms.findAsHost(code, other.hostKey)).toThrow(refusal("key-wrong"));
  expect(() => stage.rooms.findAsHost(code, "")).toThrow(refusal("key-wrong"));
});

test("a code that was never issued is unknown", () => {
  expect(() => stage.rooms.find("AAAAA")).toThrow(refusal("code-unknown"));
  expect(() => stage.rooms.find("../..")).toThrow(refusal("code-unknown"));
});

test("after a restart, the key opens the room again under the same code", () => {
  const { code, hostKey } = stage.rooms.open();
  stage.restart();
  expect(() => stage.rooms.find(code)).toThrow(refusal("code-unknown"));
  stage.rooms.findAsHost(code, hostKey);
  expect(stage.rooms.find(code).code).toBe(code);
});

test("a valid key for the code of another host's open room is refused", () => {
  const { code } = stage.rooms.open();
  expect(() => stage.rooms.findAsHost(code, oldKey(SECRET, code))).toThrow(refusal("key-wrong"));
});

test("a closed room stays closed for a day, even for its key", () => {
  const { code, hostKey } = stage.rooms.open();
  stage.rooms.end(stage.rooms.find(code));
  stage.time += 24 * 60 * MINUTE;
  stage.rooms.tick();
  expect(() => stage.rooms.find(code)).toThrow(refusal("room-closed"));
  expect(() => stage.rooms.findAsHost(code, hostKey)).toThrow(refusal("room-closed"));
  stage.time += 1;
  stage.rooms.tick();
  expect(() => stage.rooms.find(code)).toThrow(refusal("code-unknown"));
});

test("an unused room is removed, and its host's key opens it again", () => {
  const { code, hostKey } = stage.rooms.open();
  const host = new HandMember("host");
  const room = stage.rooms.find(code);
  room.joinHost(host);
  room.leave(host);
  stage.time += 10 * MINUTE;
  stage.rooms.tick();
  expect(stage.rooms.size).toBe(1);
  stage.time += 1;
  stage.rooms.tick();
  expect(stage.rooms.size).toBe(0);
  expect(stage.rooms.findAsHost(code, hostKey)).not.toBe(room);
});

test("a host gets stats at every tick", () => {
  const { code } = stage.rooms.open();
  const host = new HandMember("host");
  stage.rooms.find(code).joinHost(host);
  host.take();
  stage.rooms.tick();
  stage.rooms.tick();
  expect(host.take().map((message) => message.type)).toEqual(["stats", "stats"]);
});

test("engine events are passed to the room of their broadcast, and to none after closing", () => {
  const [one, two] = [stage.rooms.open(), stage.rooms.open()].map(({ code }) => stage.rooms.find(code)) as [
    ReturnType<Rooms["find"]>,
    ReturnType<Rooms["find"]>,
  ];
  for (const room of [one, two]) {
    const host = new HandMember(`host of ${room.code}`);
    room.joinHost(host);
    room.offer(host, { offer: OFFERS.send });
  }
  stage.engine.connect(one.code, "publish");
  expect([one.status.state, two.status.state]).toEqual(["live", "waiting"]);
  stage.rooms.close("test");
  expect(stage.engine.peers.size).toBe(0);
  expect(stage.engine.listenerCount("peer-connected") + stage.engine.listenerCount("peer-closed")).toBe(0);
});
