import { beforeEach, expect, test } from "vitest";
import { OFFERS } from "../../../support/fake-engine.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { RoomStage } from "../../../support/room-stage.ts";

let stage: RoomStage;

beforeEach(() => {
  stage = new RoomStage();
});

test("a second host replaces the first one, whose requests are refused from then on", () => {
  stage.goLive();
  const second = new HandMember("second");
  stage.room.joinHost(second);
  expect(stage.host.releasedFor).toBe("host-replaced");
  expect(stage.engine.find(stage.code, "publish")).toBeUndefined();
  expect(stage.listener.take()).toMatchObject([{ type: "room", room: { state: "waiting" } }]);
  expect(second.take()[0]).toMatchObject({ type: "joined", role: "host", room: { state: "waiting" } });
  stage.room.leave(stage.host);
  expect(stage.room.status.state).toBe("waiting");
  expect(() => stage.room.offer(stage.host, { offer: OFFERS.send })).toThrow(
    expect.objectContaining({ code: "not-in-room" }),
  );
});

test("another page of the host is refused and changes nothing, until it takes the wall over", () => {
  const second = new HandMember("second");
  stage.goLive({ page: "page-one" });
  expect(() => stage.room.joinHost(second, { page: "page-two" })).toThrow(
    expect.objectContaining({ code: "host-present" }),
  );
  expect(stage.room.status.state).toBe("live");
  for (const member of [stage.host, second, stage.listener]) expect(member.take()).toEqual([]);
  stage.room.joinHost(second, { page: "page-two", takeOver: true });
  expect(stage.host.releasedFor).toBe("host-replaced");
  expect(second.take()[0]).toMatchObject({ type: "joined", role: "host" });
});

test.each([
  ["the same page again, as after a reload,", "page-one", "page-one"],
  ["a page without an id", "page-one", undefined],
  ["a page with an id after one without", undefined, "page-two"],
])("%s takes the place of the host at once", (_who, page, next) => {
  stage.room.joinHost(stage.host, { page });
  stage.room.joinHost(new HandMember("next"), { page: next });
  expect(stage.host.releasedFor).toBe("host-replaced");
});

test("another page joins as the host after the present one has left", () => {
  stage.room.joinHost(stage.host, { page: "page-one" });
  stage.room.leave(stage.host);
  stage.room.joinHost(new HandMember("next"), { page: "page-two" });
  expect(stage.room.status.state).toBe("waiting");
});
