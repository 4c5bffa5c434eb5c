import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ServerMessage } from "../../../../server/protocol/messages.ts";
import { STENCIL_ID } from "../../../../server/protocol/stencil.ts";
import { FIRST_SHOW, type Screen } from "../../../../server/protocol/wall.ts";
import { readSavedWall, type SavedWall } from "../../../../server/protocol/wall-schema.ts";
import { HELD_MS } from "../../../../server/wall/arrangement.ts";
import { Wall } from "../../../../server/wall/wall.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { LIGHT_MAP } from "../../../support/light-maps.ts";

type Message<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

let host: HandMember;
let left: HandMember;
let right: HandMember;
let wall: Wall;
let changes: number;
let time: number;

beforeEach(() => {
  vi.useFakeTimers();
  host = new HandMember("host");
  left = new HandMember("left");
  right = new HandMember("right");
  changes = 0;
  time = 1_000;
  wall = open();
});

afterEach(() => {
  vi.useRealTimers();
});

function open(saved?: SavedWall): Wall {
  return new Wall({
    saved,
    listenersMax: 10,
    changed: () => {
      changes += 1;
    },
    sendToHost: (message) => host.send(message),
    sendToScreens: (message) => {
      for (const member of [left, right]) member.send(message);
    },
    sendToAll: (message) => {
      for (const member of [host, left, right]) member.send(message);
    },
    isHostBehind: () => host.isBehind,
    now: () => time,
  });
}

function taken<T extends ServerMessage["type"]>(member: HandMember, type: T): Message<T>[] {
  return member.take().filter((message): message is Message<T> => message.type === type);
}

/** Lets all collected updates be sent. */
function settle(): void {
  vi.advanceTimersByTime(1_000);
}

function enterBoth(): void {
  wall.enter(left, "left-browser");
  wall.enter(right, "right-browser");
  settle();
}

/** A screen as its host knows it. */
function screen(id: string): Screen {
  return wall.saved.screens.find((saved) => saved.id === id)!;
}

function arranged(id: string, change: Partial<Screen>) {
  const { number, touched, ...rest } = wall.saved.screens.find((saved) => saved.id === id)!;
  return { ...rest, ...change };
}

test("a new screen gets its place, and the host gets the screen", () => {
  wall.enter(left, "left-browser");
  const extent = { x: 100, y: 100, width: 1, height: 1 };
  expect(left.take()).toMatchObject([{ type: "place", screen: { number: 1, x: 100, y: 100 }, extent }]);
  expect(host.take()).toMatchObject([{ type: "screens", screens: [{ id: "left-browser", present: true }] }]);
});

test("all screens get the new extent when the wall has grown", () => {
  enterBoth();
  expect(taken(left, "place").at(-1)?.extent).toMatchObject({ width: 2, height: 1 });
});

test("a screen is notified when it is no longer alone, even by another screen in the same place", () => {
  enterBoth();
  expect(taken(left, "place").map(({ alone }) => alone)).toEqual([true, false]);
  wall.leave("right-browser");
  wall.removeScreen("right-browser");
  expect(taken(left, "place").at(-1)?.alone).toBe(true);
  const saved = wall.saved;
  const [only] = saved.screens;
  const twice = open({ ...saved, screens: [only!, { ...only!, id: "other-browser", number: 2 }] });
  twice.enter(left, "left-browser");
  expect(taken(left, "place").at(-1)).toMatchObject({ alone: false, extent: { width: 1, height: 1 } });
});

test("the host gets the choice made at a screen that is there", () => {
  enterBoth();
  host.take();
  const chosen = { band: { low: 60, high: 250 }, palette: "ocean" };
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
  enterBoth();
  wall.choose("left-browser", CHOICES[0]!);
  settle();
  host.take();
  wall.choose("left-browser", { ...CHOICES[0]! });
  settle();
  expect(host.take()).toEqual([]);
});

test("the host gets a first change at once, and then each screen's latest state every 200 ms", () => {
  enterBoth();
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
  enterBoth();
  host.take();
  host.isBehind = true;
  for (const chosen of CHOICES) {
    wall.choose("left-browser", chosen);
    settle();
  }
  wall.leave("right-browser");
  settle();
  expect(host.take()).toEqual([]);
  wall.arrange([arranged("right-browser", { name: "Door" })]);
  expect(taken(host, "screens")[0]?.screens).toMatchObject([{ name: "Door", present: false }]);
  host.isBehind = false;
  settle();
  expect(taken(host, "screens").map(({ screens }) => screens)).toMatchObject([
    [{ id: "left-browser", chosen: CHOICES[2] }],
  ]);
});

test("a host is not notified about a screen that has come and gone between two updates", () => {
  enterBoth();
  const ids = Array.from({ length: 520 }, (_, n) => `screen-${n}`);
  host.take();
  for (const id of ids) {
    wall.enter(new HandMember(id), id);
    wall.leave(id);
    time += 1;
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
  enterBoth();
  left.take();
  const maps = Array.from({ length: 8 }, (_, n) => ({ ...LIGHT_MAP, from: n }));
  for (const map of maps) wall.addLightMap(map);
  expect(left.take()).toEqual(maps.map((map) => ({ type: "light-map", map })));
  expect(wall.lightMaps).toEqual(maps.slice(-6));
});

test("a screen that has not changed gets no message", () => {
  enterBoth();
  left.take();
  right.take();
  wall.arrange([arranged("right-browser", { name: "Door" })]);
  expect(left.take()).toEqual([]);
  expect(taken(right, "place")[0]?.screen.name).toBe("Door");
});

test("two pages of one browser are two screens", () => {
  expect(wall.enter(left, "browser-1")).toBe("browser-1");
  expect(wall.enter(right, "browser-1")).not.toBe("browser-1");
  expect(wall.saved.screens).toHaveLength(2);
});

test("a page that leaves and returns has the same screen", () => {
  enterBoth();
  wall.leave("left-browser");
  expect(taken(host, "screens").at(-1)?.screens).toMatchObject([{ id: "left-browser", present: false }]);
  expect(wall.enter(left, "left-browser")).toBe("left-browser");
  expect(wall.saved.screens).toHaveLength(2);
});

test("a change of the show takes effect on all screens at the same time, after a notice", () => {
  enterBoth();
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
  enterBoth();
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

  const again = open(wall.saved);
  expect(again.show.stencil).toBe(id);
  expect(again.stencil(id)).toEqual(wall.stencil(id));

  wall.setStencil({ width: 8, height: 8, distances: distances(91) });
  expect(wall.stencil(id)).toBeUndefined();
  wall.setStencil(null);
  expect(wall.show.stencil).toBeNull();
  expect(wall.saved.stencil).toBeUndefined();
});

test("a saved wall with a damaged stencil keeps all the rest", () => {
  enterBoth();
  const saved = JSON.parse(JSON.stringify(wall.saved));
  const read = readSavedWall({ ...saved, stencil: { width: 8, height: 8, distances: "" } });
  expect(read).toEqual({ ...saved, stencil: undefined });
  expect(open(read).show.stencil).toBeNull();
});

test("only an absent screen can be removed", () => {
  enterBoth();
  wall.removeScreen("left-browser");
  expect(screen("left-browser")).toBeDefined();
  wall.leave("left-browser");
  host.take();
  right.take();
  wall.removeScreen("left-browser");
  expect(host.take()).toEqual([{ type: "screen-removed", id: "left-browser" }]);
  expect(taken(right, "place")[0]?.extent).toMatchObject({ x: 101, width: 1 });
});

test("the host removes all screens that are away at once", () => {
  enterBoth();
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
  enterBoth();
  const guest = new HandMember("guest");
  wall.enter(guest, "guest-browser");
  expect(taken(left, "place").at(-1)).toMatchObject({ dealt: { index: 0, of: 3 }, extent: { width: 3 } });
  wall.leave("guest-browser");
  expect(taken(left, "place").at(-1)).toMatchObject({ dealt: { index: 0, of: 2 } });
  settle();
  host.take();
  time += HELD_MS;
  wall.tick();
  settle();
  expect(host.take()).toContainEqual({ type: "screen-removed", id: "guest-browser" });
  expect(taken(left, "place").at(-1)).toMatchObject({ dealt: { index: 0, of: 2 }, extent: { width: 2 } });
});

test("a screen that was lit and is away loses its place on the wall, and the host still knows it", () => {
  enterBoth();
  wall.light("right-browser");
  wall.leave("right-browser");
  settle();
  host.take();
  time += HELD_MS;
  wall.tick();
  settle();
  expect(taken(host, "screens").flatMap(({ screens }) => screens)).toContainEqual(
    expect.objectContaining({ id: "right-browser", present: false, onWall: false }),
  );
});

test("bands are dealt in another order when the rule changes, at the time of the change", () => {
  enterBoth();
  wall.arrange([arranged("right-browser", { x: 100, y: 101 }), arranged("left-browser", { x: 101 })]);
  left.take();
  right.take();
  wall.setShow({ ...FIRST_SHOW, rule: "columns" });
  const [place] = taken(left, "place");
  expect(place).toMatchObject({ dealt: { index: 1, of: 2 }, at: 1_200 });
  expect(taken(right, "place")[0]).toMatchObject({ dealt: { index: 0, of: 2 } });
});

test("the host can make one screen or all screens identify themselves", () => {
  enterBoth();
  left.take();
  right.take();
  wall.identify("right-browser");
  expect([left.take(), right.take()]).toEqual([[], [{ type: "identify" }]]);
  wall.identify();
  expect([left.take(), right.take()]).toEqual([[{ type: "identify" }], [{ type: "identify" }]]);
});

test("a saved wall is restored, with all screens absent", () => {
  enterBoth();
  wall.arrange([arranged("left-browser", { name: "Bar", x: 107 })]);
  wall.setShow({ ...FIRST_SHOW, rule: "octaves" });
  expect(changes).toBeGreaterThan(0);
  const again = open(wall.saved);
  host.take();
  again.sendAllToHost();
  expect(again.show.rule).toBe("octaves");
  expect(taken(host, "screens")[0]?.screens).toMatchObject([
    { name: "Bar", x: 107, present: false },
    { id: "right-browser", present: false },
  ]);
});
