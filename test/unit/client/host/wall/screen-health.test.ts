import { describe, expect, test } from "vitest";
import {
  describeSlowest,
  figuresThatCount,
  healthOf,
  hintFor,
  slowestOf,
} from "../../../../../client/host/wall/screen-health.ts";
import type { ScreenFigures } from "../../../../../server/protocol/messages.ts";
import type { WallDelay } from "../../../../../server/protocol/timing.ts";
import { NO_HAND, NOTHING_CHOSEN, type ScreenSeen } from "../../../../../server/protocol/wall.ts";

const figures = (id: string, changes: Partial<ScreenFigures> = {}): ScreenFigures => ({
  id,
  roundTripMs: 20,
  loss: 0,
  clockErrorMs: 0.5,
  neededMs: 90,
  latenessMs: 0,
  paintRate: 60,
  receives: "udp",
  ...changes,
});

const screen = (id: string, changes: Partial<ScreenSeen> = {}): ScreenSeen => ({
  id,
  number: 1,
  name: "Stage",
  x: 0,
  y: 0,
  width: 1,
  height: 1,
  band: null,
  locked: false,
  hand: NO_HAND,
  dealt: null,
  present: true,
  onWall: true,
  chosen: NOTHING_CHOSEN,
  ...changes,
});

const delay = (to: number, auto = true): WallDelay => ({ from: to, to, at: 0, until: 0, auto });

describe("the health of a screen", () => {
  const others = [figures("bar"), figures("door", { neededMs: 100 })];

  test.each<[light: string, reason: string, changes: Partial<ScreenFigures>]>([
    ["green", "In time", {}],
    ["green", "In time", { loss: null, roundTripMs: null }],
    ["red", "No music arrives", { receives: null, neededMs: 1_900 }],
    ["red", "It holds the wall back by 1.8 s", { neededMs: 1_900, latenessMs: 300 }],
    ["green", "In time", { neededMs: 400 }],
    ["red", "It holds the wall back by 301 ms", { neededMs: 401 }],
    ["red", "Its light is 1.4 s late", { latenessMs: 1_400 }],
    ["amber", "Its light is 35 ms late", { latenessMs: 35, loss: 0.5 }],
    ["amber", "4 % of its packets are lost", { loss: 0.04, clockErrorMs: 24 }],
    ["green", "In time", { loss: 0.019 }],
    ["amber", "Its clock may be off by 24 ms", { clockErrorMs: 24, receives: "socket" }],
    ["amber", "No UDP: it gets the music over its WebSocket", { receives: "socket", loss: null }],
    ["green", "In time", { receives: "relay" }],
    ["green", "In time", { paintRate: 40 }],
    ["green", "In time", { paintRate: null }],
    ["amber", "Too few pictures: 30 a second", { paintRate: 30 }],
    ["amber", "No UDP: it gets the music over its WebSocket", { receives: "socket", paintRate: 30 }],
    [
      "amber",
      "It has not shown any light yet",
      { neededMs: null, latenessMs: null, clockErrorMs: null, loss: null },
    ],
  ])("is %s, “%s”", (light, reason, changes) => {
    const own = figures("stage", changes);
    const health = healthOf(own, [own, ...others]);
    expect(health).toMatchObject({ light, reason });
    // Who reads what is wrong also reads what to do.
    expect(hintFor(health) === "").toBe(light === "green");
  });

  test("that is late for want of UDP has the advice for that", () => {
    const own = figures("stage", { latenessMs: 140, receives: "socket" });
    const health = healthOf(own, [own, ...others]);
    expect(health).toMatchObject({ light: "red", reason: "Its light is 140 ms late", trouble: "overSocket" });
    expect(hintFor(health)).toContain("UDP");
  });

  test("does not suffer from its need where the wall delay does not follow it", () => {
    const own = figures("stage", { neededMs: 1_900, latenessMs: 1_500 });
    const all = [own, ...others];
    const late = { light: "red", reason: "Its light is 1.5 s late", trouble: "late", extent: 1_500 };
    // As in a large wall, and where the host has set the delay.
    expect(healthOf(own, all, delay(120))).toEqual(late);
    expect(healthOf(own, all, delay(1_000, false))).toEqual(late);
  });

  test("counts only as much of its need as the wall delay follows", () => {
    const own = figures("stage", { neededMs: 1_900 });
    expect(healthOf(own, [own, ...others], delay(520)).reason).toBe("It holds the wall back by 420 ms");
  });
});

describe("the slowest screen", () => {
  const screens = [screen("stage"), screen("bar", { name: "", number: 2 }), screen("door")];
  const slow = { neededMs: 1_900 };

  test("is the one for which all others wait", () => {
    const all = [figures("bar", slow), figures("stage"), figures("door", { neededMs: 100 })];
    const slowest = slowestOf(screens, all)!;
    expect(slowest).toEqual({ screen: screens[1], byMs: 1_800 });
    expect(describeSlowest(slowest)).toBe("Screen 2 holds the wall back by 1.8 s");
    expect(describeSlowest({ ...slowest, screen: screens[0]! })).toContain("Stage holds");
  });

  test.each<[why: string, all: ScreenFigures[]]>([
    ["no screen has reported", []],
    ["all need about the same", [figures("stage"), figures("bar", { neededMs: 300 })]],
    ["two are slow", [figures("stage", slow), figures("bar", slow), figures("door")]],
    ["it is the only one", [figures("stage", slow)]],
    ["it gets no music", [figures("stage", { ...slow, receives: null }), figures("bar")]],
    ["it is not known", [figures("attic", slow), figures("bar")]],
  ])("is none if %s", (_why, all) => {
    expect(slowestOf(screens, all)).toBeUndefined();
  });

  test("is none if the wall delay does not follow it", () => {
    const all = [figures("stage", slow), figures("bar")];
    expect(slowestOf(screens, all, delay(1_920))).toBeDefined();
    expect(slowestOf(screens, all, delay(120))).toBeUndefined();
    expect(slowestOf(screens, all, delay(1_920, false))).toBeUndefined();
  });

  test("is none that is switched off or away", () => {
    const all = [figures("stage", slow), figures("bar"), figures("door")];
    for (const changes of [{ locked: true }, { present: false }]) {
      const changed = [screen("stage", changes), ...screens.slice(1)];
      expect(slowestOf(changed, all)).toBeUndefined();
      expect(figuresThatCount(changed, all).map(({ id }) => id)).toEqual(["bar", "door"]);
    }
  });
});
