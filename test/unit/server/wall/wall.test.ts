import { beforeEach, expect, test, vi } from "vitest";
import { STENCIL_ID } from "../../../../server/protocol/stencil.ts";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import { readSavedWall } from "../../../../server/protocol/wall-schema.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { LIGHT_MAP } from "../../../support/light-maps.ts";
import { fakeTimers, settle, taken, WallStage } from "../../../support/wall-stage.ts";

fakeTimers();

let stage: WallStage;
let { host, left, right, wall } = {} as WallStage;

beforeEach(() => {
  stage = new WallStage();
  ({ host, left, right, wall } = stage);
});

test("a new screen gets its place, and the host gets the screen", () => {
  wall.enter(left, "left-browser");
  const extent = { x: 100, y: 100, width: 1, height: 1 };
  expect(left.take()).toMatchObject([{ type: "place", screen: { number: 1, x: 100, y: 100 }, extent }]);
  expect(host.take()).toMatchObject([{ type: "screens", screens: [{ id: "left-browser", present: true }] }]);
});

test("all screens get the new extent when the wall has grown", () => {
  stage.enterBoth();
  expect(taken(left, "place").at(-1)?.extent).toMatchObject({ width: 2, height: 1 });
});

test("a screen is notified when it is no longer alone, even by another screen in the same place", () => {
  stage.enterBoth();
  expect(taken(left, "place").map(({ alone }) => alone)).toEqual([true, false]);
  wall.leave("right-browser");
  wall.removeScreen("right-browser");
  expect(taken(left, "place").at(-1)?.alone).toBe(true);
  const saved = wall.saved;
  const [only] = saved.screens;
  const twice = stage.open({ ...saved, screens: [only!, { ...only!, id: "other-browser", number: 2 }] });
  twice.enter(left, "left-browser");
  expect(taken(left, "place").at(-1)).toMatchObject({ alone: false, extent: { width: 1, height: 1 } });
});

test("the host gets the choice made at a screen that is there", () => {
  stage.enterBoth();
  host.take();
  const chosen = { band: { low: 60, high: 250 }, palette: "ocean" } as const;
  wall.choose("left-browser", chosen);
  expect(taken(host, "screens")[0]?.screens).toMatchObject([{ id: "left-browser", chosen }]);
  settle();
  wall.leave("left-browser");
  expect(taken(host, "screens")[0]?.screens[0]?.chosen).toEqual({ band: null, palette: null });
  wall.choose("left-browser", chosen);
  expect(host.take()).toEqual([]);
});

const CHOICES = [60, 120, 250].map((low) => ({ band: { low, high: 500 }, palette: null }));

test("a choice that changes nothing is not sent", () => {
  stage.enterBoth();
  wall.choose("left-browser", CHOICES[0]!);
  settle();
  host.take();
  wall.choose("left-browser", { ...CHOICES[0]! });
  settle();
  expect(host.take()).toEqual([]);
});

test("the host gets a first change at once, and then each screen's latest state every 200 ms", () => {
  stage.enterBoth();
  host.take();
  wall.choose("left-browser", CHOICES[0]!);
  expect(taken(host, "screens")).toHaveLength(1);
  for (let n = 0; n < 100; n++) {
    wall.choose("left-browser", CHOICES[n % 3]!);
    wall.choose("right-browser", CHOICES[n % 2]!);
    wall.leave("right-browser");
    wall.enter(right, "right-browser");
  }
  vi.advanceTimersByTime(199);
  expect(host.take()).toEqual([]);
  vi.advanceTimersByTime(1);
  const [message, ...more] = taken(host, "screens");
  expect(more).toEqual([]);
  expect(message!.screens.map(({ id, present }) => [id, present]).toSorted()).toEqual([
    ["left-browser", true],
    ["right-browser", true],
  ]);
});

test("a host that is behind gets its own changes at once, and other changes when it has caught up", () => {
  stage.enterBoth();
  host.take();
  host.isBehind = true;
  for (const chosen of CHOICES) {
    wall.choose("left-browser", chosen);
    settle();
  }
  wall.leave("right-browser");
  settle();
  expect(host.take()).toEqual([]);
  wall.arrange([stage.arranged("right-browser", { name: "Door" })]);
  expect(taken(host, "screens")[0]?.screens).toMatchObject([{ name: "Door", present: false }]);
  host.isBehind = false;
  settle();
  expect(taken(host, "screens").map(({ screens }) => screens)).toMatchObject([
    [{ id: "left-browser", chosen: CHOICES[2] }],
  ]);
});

test("a host is not notified about a screen that has come and gone between two updates", () => {
  stage.enterBoth();
  const ids = Array.from({ length: 520 }, (_, n) => `screen-${n}`);
  host.take();
  for (const id of ids) {
    wall.enter(new HandMember(id), id);
    wall.leave(id);
    stage.time += 1;
  }
  settle();
  const sent = host.take();
  const known = sent.flatMap((message) => (message.type === "screens" ? message.screens : []));
  const removed = sent.flatMap((message) => (message.type === "screen-removed" ? message.id : []));
  expect(removed).toEqual(["screen-0"]);
  expect(known.map(({ id }) => id)).not.toContain("screen-1");
  expect(known.at(-1)).toMatchObject({ id: "screen-519", present: false });
});

test("a light map is sent to all screens, and the last ones are kept for screens that join", () => {
  stage.enterBoth();
  left.take();
  const maps = Array.from({ length: 8 }, (_, n) => ({ ...LIGHT_MAP, from: n }));
  for (const map of maps) wall.addLightMap(map);
  expect(left.take()).toEqual(maps.map((map) => ({ type: "light-map", map })));
  expect(wall.lightMaps).toEqual(maps.slice(-6));
});

test("a screen that has not changed gets no message", () => {
  stage.enterBoth();
  left.take();
  right.take();
  wall.arrange([stage.arranged("right-browser", { name: "Door" })]);
  expect(left.take()).toEqual([]);
  expect(taken(right, "place")[0]?.screen.name).toBe("Door");
});

test("two pages of one browser are two screens", () => {
  expect(wall.enter(left, "browser-1")).toBe("browser-1");
  expect(wall.enter(right, "browser-1")).not.toBe("browser-1");
  expect(wall.saved.screens).toHaveLength(2);
});

test("a page that leaves and returns has the same screen", () => {
  stage.enterBoth();
  wall.leave("left-browser");
  expect(taken(host, "screens").at(-1)?.screens).toMatchObject([{ id: "left-browser", present: false }]);
  expect(wall.enter(left, "left-browser")).toBe("left-browser");
  expect(wall.saved.screens).toHaveLength(2);
});

test("a change of the show takes effect on all screens at the same time, after a notice", () => {
  stage.enterBoth();
  left.take();
  right.take();
  host.take();
  const show = { ...FIRST_SHOW, hand: { ...FIRST_SHOW.hand, blackout: true } };
  wall.setShow(show);
  const message = { type: "show", show, at: 1_200 };
  for (const member of [left, right, host]) expect(member.take()).toEqual([message]);
});

test("a stencil is kept under an id that the show names, whatever a page says", () => {
  const distances = (byte: number) => Buffer.alloc(64, byte).toString("base64");
  stage.enterBoth();
  host.take();
  wall.setStencil({ width: 8, height: 8, distances: distances(90) });
  const [{ show } = { show: FIRST_SHOW }] = taken(host, "show");
  const id = show.stencil!;
  expect(id).toMatch(STENCIL_ID);
  expect(wall.stencil(id)).toBeDefined();
  expect(wall.stencil("another")).toBeUndefined();
  // A page that has not heard of it yet sends the show without it.
  wall.setShow({ ...FIRST_SHOW, rule: "octaves" });
  expect(taken(host, "show")[0]?.show).toMatchObject({ rule: "octaves", stencil: id });

  const again = stage.open(wall.saved);
  expect(again.show.stencil).toBe(id);
  expect(again.stencil(id)).toEqual(wall.stencil(id));

  wall.setStencil({ width: 8, height: 8, distances: distances(91) });
  expect(wall.stencil(id)).toBeUndefined();
  wall.setStencil(null);
  expect(wall.show.stencil).toBeNull();
  expect(wall.saved.stencil).toBeUndefined();
});

test("a saved wall with a damaged stencil keeps all the rest", () => {
  stage.enterBoth();
  const saved = JSON.parse(JSON.stringify(wall.saved));
  const read = readSavedWall({ ...saved, stencil: { width: 8, height: 8, distances: "" } });
  expect(read).toEqual({ ...saved, stencil: undefined });
  expect(stage.open(read).show.stencil).toBeNull();
});

test("the host can make one screen or all screens identify themselves", () => {
  stage.enterBoth();
  left.take();
  right.take();
  wall.identify("right-browser");
  expect([left.take(), right.take()]).toEqual([[], [{ type: "identify" }]]);
  wall.identify();
  expect([left.take(), right.take()]).toEqual([[{ type: "identify" }], [{ type: "identify" }]]);
});

test("a saved wall is restored, with all screens absent", () => {
  stage.enterBoth();
  wall.arrange([stage.arranged("left-browser", { name: "Bar", x: 107 })]);
  wall.setShow({ ...FIRST_SHOW, rule: "octaves" });
  expect(stage.changes).toBeGreaterThan(0);
  const again = stage.open(wall.saved);
  host.take();
  again.sendAllToHost();
  expect(again.show.rule).toBe("octaves");
  expect(taken(host, "screens")[0]?.screens).toMatchObject([
    { name: "Bar", x: 107, present: false },
    { id: "right-browser", present: false },
  ]);
});
