import { beforeEach, expect, test } from "vitest";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import { HELD_MS } from "../../../../server/wall/arrangement.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { fakeTimers, settle, taken, WallStage } from "../../../support/wall-stage.ts";

// Screens that come and go: their places, and the bands that they are dealt.

fakeTimers();

let stage: WallStage;
let { host, left, right, wall } = {} as WallStage;

beforeEach(() => {
  stage = new WallStage();
  ({ host, left, right, wall } = stage);
});

test("only an absent screen can be removed", () => {
  stage.enterBoth();
  wall.removeScreen("left-browser");
  expect(wall.saved.screens).toHaveLength(2);
  wall.leave("left-browser");
  host.take();
  right.take();
  wall.removeScreen("left-browser");
  expect(host.take()).toEqual([{ type: "screen-removed", id: "left-browser" }]);
  expect(taken(right, "place")[0]?.extent).toMatchObject({ x: 101, width: 1 });
});

test("the host removes all screens that are away at once", () => {
  stage.enterBoth();
  wall.leave("left-browser");
  wall.leave("right-browser");
  wall.enter(left, "left-browser");
  settle();
  host.take();
  wall.removeScreen();
  expect(taken(host, "screen-removed").map(({ id }) => id)).toEqual(["right-browser"]);
  expect(wall.saved.screens.map(({ id }) => id)).toEqual(["left-browser"]);
});

test("a guest that never lit up leaves the wall and its bands as they were", () => {
  stage.enterBoth();
  const guest = new HandMember("guest");
  wall.enter(guest, "guest-browser");
  expect(taken(left, "place").at(-1)).toMatchObject({ dealt: { index: 0, of: 3 }, extent: { width: 3 } });
  wall.leave("guest-browser");
  expect(taken(left, "place").at(-1)).toMatchObject({ dealt: { index: 0, of: 2 } });
  settle();
  host.take();
  stage.time += HELD_MS;
  wall.tick();
  settle();
  expect(host.take()).toContainEqual({ type: "screen-removed", id: "guest-browser" });
  expect(taken(left, "place").at(-1)).toMatchObject({ dealt: { index: 0, of: 2 }, extent: { width: 2 } });
});

test("a screen that was lit and is away loses its place on the wall, and the host still knows it", () => {
  stage.enterBoth();
  wall.light("right-browser");
  wall.leave("right-browser");
  settle();
  host.take();
  stage.time += HELD_MS;
  wall.tick();
  settle();
  expect(taken(host, "screens").flatMap(({ screens }) => screens)).toContainEqual(
    expect.objectContaining({ id: "right-browser", present: false, onWall: false }),
  );
});

test("bands are dealt in another order when the rule changes, at the time of the change", () => {
  stage.enterBoth();
  wall.arrange([
    stage.arranged("right-browser", { x: 100, y: 101 }),
    stage.arranged("left-browser", { x: 101 }),
  ]);
  left.take();
  right.take();
  wall.setShow({ ...FIRST_SHOW, rule: "columns" });
  const [place] = taken(left, "place");
  expect(place).toMatchObject({ dealt: { index: 1, of: 2 }, at: 1_200 });
  expect(taken(right, "place")[0]).toMatchObject({ dealt: { index: 0, of: 2 } });
});
