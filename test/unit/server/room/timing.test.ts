import { beforeEach, expect, test } from "vitest";
import { OFFERS } from "../../../support/fake-engine.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { RoomStage } from "../../../support/room-stage.ts";

let stage: RoomStage;

beforeEach(() => {
  stage = new RoomStage();
});

const timings = (member: HandMember) => member.take().filter((message) => message.type === "timing");

test("every member gets the media clock in the RTP timestamps of its own stream", () => {
  stage.goLive();
  const clocks = { host: { timestamp: 5, at: 1_000 }, listeners: { timestamp: 77, at: 1_000 } };
  stage.room.timing.setMediaClocks(clocks);
  expect(timings(stage.host)).toMatchObject([{ timing: { clock: clocks.host } }]);
  expect(timings(stage.listener)).toMatchObject([{ timing: { clock: clocks.listeners } }]);
  const late = new HandMember("late");
  stage.room.joinListener(late);
  expect(late.take()[0]).toMatchObject({ type: "joined", timing: { clock: clocks.listeners } });
});

test("listeners get the clocks of the picture's layers, until no picture comes", () => {
  stage.goLive();
  const [low, high] = [
    { timestamp: 90, at: 1_000 },
    { timestamp: 180, at: 1_001 },
  ];
  stage.room.timing.setPictureClock("low", low);
  stage.room.timing.setPictureClock("high", high);
  stage.room.timing.forgetPictureClocks();
  const pictures = timings(stage.listener).map(({ timing }) => timing.pictures);
  expect(pictures).toEqual([{ low }, { low, high }, undefined]);
  expect(timings(stage.host).every(({ timing }) => timing.pictures === undefined)).toBe(true);
});

test("a report with a greater need raises the delay at once and notifies all members", () => {
  stage.goLive();
  stage.room.offer(stage.listener, { offer: OFFERS.receive });
  stage.engine.connect(stage.code, "subscribe");
  stage.listener.take();
  stage.room.timing.report(stage.listener, {
    clockErrorMs: 1,
    neededMs: 300,
    latenessMs: 100,
    precision: "graph",
    inStep: true,
  });
  expect(timings(stage.listener)).toMatchObject([{ timing: { delay: { from: 150, to: 320, auto: true } } }]);
  expect(timings(stage.host)).toMatchObject([{ timing: { delay: { to: 320 } } }]);
});

test("the need of a screen without media is ignored", () => {
  stage.goLive();
  stage.room.timing.report(stage.listener, {
    clockErrorMs: 1,
    neededMs: 2_000,
    latenessMs: 100,
    precision: "graph",
    inStep: true,
  });
  stage.room.tick();
  expect(timings(stage.listener)).toEqual([]);
});

test("the need of a screen that is switched off is ignored, at once and from then on", () => {
  stage.goLive();
  stage.room.offer(stage.listener, { offer: OFFERS.receive });
  stage.engine.connect(stage.code, "subscribe");
  const { id } = stage.room.wall.saved.screens[0]!;
  const slow = { clockErrorMs: 1, neededMs: 450, latenessMs: 100, precision: "graph", inStep: true } as const;
  const lock = (locked: boolean) => {
    const screen = stage.room.wall.seen(id)!;
    stage.room.wall.arrange([{ ...screen, locked }]);
  };
  lock(true);
  stage.room.report(stage.listener, slow);
  stage.room.tick();
  expect(timings(stage.listener)).toEqual([]);
  lock(false);
  stage.room.tick();
  expect(timings(stage.listener)).toMatchObject([{ timing: { delay: { to: 470 } } }]);
});

test("the host can set the delay", () => {
  stage.goLive();
  stage.room.timing.setDelay(1_000);
  expect(timings(stage.listener)).toMatchObject([{ timing: { delay: { to: 1_000, auto: false } } }]);
});

test("a flash test starts at the same full second on all screens", () => {
  stage.goLive();
  stage.time = 1_234;
  stage.room.timing.flashTest();
  expect(stage.listener.take()).toEqual([{ type: "flash-test", at: 3_000 }]);
});
