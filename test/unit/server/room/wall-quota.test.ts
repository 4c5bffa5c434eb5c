import { beforeEach, expect, test } from "vitest";
import type { ErrorCode } from "../../../../server/protocol/errors.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { MINUTE, RoomsStage } from "../../../support/room-stage.ts";

let stage: RoomsStage;

beforeEach(() => {
  stage = new RoomsStage();
});

const refusal = (code: ErrorCode) => expect.objectContaining({ code });

test("another room is refused at the limit, until one is closed", () => {
  const { code } = stage.hosted();
  stage.hosted();
  expect(() => stage.rooms.open()).toThrow(refusal("rooms-full"));
  stage.rooms.end(stage.rooms.find(code));
  expect(stage.rooms.open().code).not.toBe(code);
});

test("at the limit, a deserted wall is closed for a new one, and its key opens it again", () => {
  const left = stage.hosted();
  const here = stage.hosted();
  left.room.leave(left.host);
  const other = stage.hosted();
  expect(() => stage.rooms.find(left.code)).toThrow(refusal("code-unknown"));
  expect(stage.rooms.find(here.code)).toBe(here.room);
  other.room.leave(other.host);
  expect(stage.rooms.findAsHost(left.code, left.hostKey).code).toBe(left.code);
  expect(stage.rooms.has(other.code)).toBe(false);
});

test("a network gets only its share of walls, and its own deserted ones are closed first", () => {
  stage = new RoomsStage({ wallsMax: 8, networkShare: 25 });
  const [first] = [stage.hosted("a"), stage.hosted("a")];
  expect(() => stage.rooms.open("a")).toThrow(refusal("rooms-full"));
  const other = stage.hosted("b");
  other.room.leave(other.host);
  expect(() => stage.rooms.open("a")).toThrow(refusal("rooms-full"));
  first!.room.leave(first!.host);
  stage.rooms.open("a");
  expect(stage.rooms.has(first!.code)).toBe(false);
  expect(stage.rooms.has(other.code)).toBe(true);
});

test("among networks with deserted walls, the one with most walls loses one", () => {
  stage = new RoomsStage({ wallsMax: 4, networkShare: 75 });
  const alone = stage.hosted("a");
  const many = [stage.hosted("b"), stage.hosted("b"), stage.hosted("b")];
  for (const { room, host } of [alone, ...many]) room.leave(host);
  stage.rooms.open("c");
  expect(stage.rooms.has(alone.code)).toBe(true);
  expect(many.map(({ code }) => stage.rooms.has(code))).toEqual([false, true, true]);
});

test("a host with its key may use the reserve when all slots are taken, and the reserve is limited", () => {
  stage = new RoomsStage({ wallsMax: 8, networkShare: 25 });
  const returning = ["e", "f", "g"].map((network) => stage.hosted(network));
  for (const { room, host } of returning) room.leave(host);
  stage.time += 10 * MINUTE + 1;
  stage.rooms.tick();
  for (const network of ["a", "b", "c", "d"]) {
    stage.hosted(network);
    stage.hosted(network);
  }
  expect(() => stage.rooms.open("e")).toThrow(refusal("rooms-full"));
  const back = (network: string, { code, hostKey }: { code: string; hostKey: string }) =>
    stage.rooms.findAsHost(code, hostKey, network).joinHost(new HandMember(`back ${code}`));
  expect(() => back("a", returning[0]!)).toThrow(refusal("rooms-full"));
  back("e", returning[0]!);
  back("f", returning[1]!);
  expect(() => back("g", returning[2]!)).toThrow(refusal("rooms-full"));
  expect(stage.rooms.size).toBe(10);
});
