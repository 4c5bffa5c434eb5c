import { beforeEach, expect, test } from "vitest";
import { OFFERS } from "../../../support/fake-engine.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { RoomStage } from "../../../support/room-stage.ts";

let stage: RoomStage;

beforeEach(() => {
  stage = new RoomStage();
});

test("the host gets the figures of its listeners", () => {
  stage.goLive();
  const figures = [
    { loss: 0.1, jitterMs: 1, roundTripMs: 30 },
    { loss: 0, jitterMs: 1, roundTripMs: 10 },
  ];
  const second = new HandMember("second");
  stage.room.joinListener(second);
  for (const [index, member] of [stage.listener, second].entries()) {
    stage.room.offer(member, { offer: OFFERS.receive });
    stage.engine.figures.set(stage.engine.find(stage.code, "subscribe")!.id, figures[index]!);
  }
  stage.engine.connect(stage.code, "subscribe");
  stage.room.timing.report(stage.listener, {
    clockErrorMs: 2,
    neededMs: 80,
    latenessMs: 5,
    precision: "graph",
    inStep: false,
  });
  stage.room.timing.report(second, {
    clockErrorMs: 1,
    neededMs: 90,
    latenessMs: 0,
    precision: "exact",
    inStep: true,
    relayed: true,
    paintRate: 30,
  });
  stage.host.take();
  stage.room.tick();
  expect(stage.host.take()).toContainEqual({
    type: "stats",
    stats: {
      listeners: 2,
      connected: 1,
      roundTripMs: 30,
      overSocket: 0,
      relayed: 1,
      worstLoss: 0.1,
      packetTimeMs: 60,
      sync: { reporting: 2, exact: 1, neededMs: 90, latenessMs: 5, clockErrorMs: 2, outOfStep: 1 },
      screens: [
        {
          id: expect.any(String),
          roundTripMs: 10,
          loss: 0,
          clockErrorMs: 1,
          neededMs: 90,
          latenessMs: 0,
          paintRate: 30,
          receives: "relay",
        },
        {
          id: expect.any(String),
          roundTripMs: 30,
          loss: 0.1,
          clockErrorMs: 2,
          neededMs: 80,
          latenessMs: 5,
          paintRate: null,
          receives: null,
        },
      ],
    },
  });
});

test("packets become long when a room fills and short when it has emptied, with one message each", () => {
  stage.goLive();
  const second = new HandMember("second");
  const packetTimes = () => stage.host.take().filter(({ type }) => type === "packet-time");
  stage.room.joinListener(second);
  stage.room.tick();
  stage.room.tick();
  expect(packetTimes()).toEqual([{ type: "packet-time", packetTimeMs: 60 }]);
  stage.room.leave(second);
  stage.room.tick();
  expect(packetTimes()).toEqual([]);
  stage.room.offer(stage.host, { offer: OFFERS.send });
  expect(stage.engine.find(stage.code, "publish")).toMatchObject({ packetTimeMs: 60 });
  stage.room.leave(stage.listener);
  stage.room.tick();
  expect(packetTimes()).toEqual([{ type: "packet-time", packetTimeMs: 20 }]);
});
