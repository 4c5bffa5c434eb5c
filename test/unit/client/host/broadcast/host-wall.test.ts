import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HostWall } from "../../../../../client/host/broadcast/host-wall.ts";
import type { ClientMessage } from "../../../../../server/protocol/messages.ts";
import { FIRST_SHOW, NOTHING_CHOSEN, type Show } from "../../../../../server/protocol/wall.ts";
import { screenAt } from "../../light/painters.ts";

let sent: ClientMessage[];
let wall: HostWall;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  wall = new HostWall((message) => {
    sent.push(message);
    return true;
  });
  wall.begin(FIRST_SHOW, []);
});

afterEach(() => {
  vi.useRealTimers();
});

const shows = () => sent.flatMap((message) => (message.type === "set-show" ? [message.show] : []));
const dimmed = (brightness: number): Partial<Show> => ({ hand: { ...FIRST_SHOW.hand, brightness } });

test("a second change keeps the first one before the server has confirmed it", () => {
  wall.setShow({ pattern: "beat" });
  wall.setShow({ rule: "octaves" });
  vi.runAllTimers();
  expect(shows().at(-1)).toMatchObject({ pattern: "beat", rule: "octaves" });
});

test("the confirmation of an older change does not undo a newer one", () => {
  wall.setShow({ pattern: "beat" });
  const [first] = shows();
  vi.runAllTimers();
  wall.setShow({ pattern: "sweep" });
  wall.receive({ type: "show", show: first!, at: 0 });
  expect(wall.show.value.pattern).toBe("sweep");
  wall.receive({ type: "show", show: shows().at(-1)!, at: 0 });
  expect(wall.show.value.pattern).toBe("sweep");
});

test("a dragged slider sends its first and its last value, and few between", () => {
  for (let step = 0; step <= 60; step++) {
    wall.setShow(dimmed(step / 60));
    vi.advanceTimersByTime(16);
  }
  vi.runAllTimers();
  expect(shows()[0]?.hand.brightness).toBe(0);
  expect(shows().at(-1)?.hand.brightness).toBe(1);
  expect(shows().length).toBeLessThan(16);
});

test("after a refused change the server's show is applied again", () => {
  wall.setShow({ pattern: "beat" });
  vi.runAllTimers();
  wall.receive({ type: "error", code: "message-invalid", message: "", answers: "set-show" });
  wall.receive({ type: "show", show: { ...FIRST_SHOW, pattern: "unison" }, at: 0 });
  expect(wall.show.value.pattern).toBe("unison");
});

test("a refused stencil does not make the confirmation of an older change undo a newer one", () => {
  wall.setStencil(null);
  wall.setShow({ pattern: "beat" });
  vi.runAllTimers();
  wall.setShow({ pattern: "sweep" });
  wall.receive({ type: "error", code: "changed-too-often", message: "", answers: "set-stencil" });
  wall.receive({ type: "show", show: shows()[0]!, at: 0 });
  expect(wall.show.value.pattern).toBe("sweep");
});

test("of a screen, only the part that the host can set is sent", () => {
  const hand = FIRST_SHOW.hand;
  const place = { x: 100, y: 100, width: 1, height: 1 };
  const set = { id: "screen-1", name: "Bar", ...place, band: null, locked: false, hand };
  const seen = { number: 1, present: true, onWall: true, dealt: { index: 0, of: 1 }, chosen: NOTHING_CHOSEN };
  wall.receive({ type: "screens", screens: [{ ...set, ...seen, name: "Screen 1" }] });
  wall.arrange({ ...set, ...seen });
  expect(sent).toEqual([{ type: "arrange", screens: [set] }]);
  expect(wall.screens.value.get("screen-1")?.name).toBe("Bar");
});

describe("a screen that was changed a moment ago", () => {
  const place = { x: 100, y: 100, width: 1, height: 1 };
  const seen = { number: 1, present: true, onWall: true, dealt: { index: 0, of: 1 }, chosen: NOTHING_CHOSEN };
  const screen = { id: "screen-1", name: "Bar", ...place, ...seen, band: null, locked: false };
  const before = { ...screen, hand: FIRST_SHOW.hand };
  const changed = { ...before, name: "Over the bar" };
  const name = () => wall.screens.value.get("screen-1")?.name;

  test("keeps the change when the server confirms an older one", () => {
    wall.receive({ type: "screens", screens: [before] });
    wall.arrange(changed);
    wall.receive({ type: "screens", screens: [{ ...before, present: false }] });
    expect(wall.screens.value.get("screen-1")).toEqual({ ...changed, present: false });
    wall.receive({ type: "screens", screens: [changed] });
    vi.runAllTimers();
    expect(name()).toBe("Over the bar");
  });

  test("is as the server says once there was time for the change", () => {
    wall.receive({ type: "screens", screens: [before] });
    wall.arrange(changed);
    wall.receive({ type: "screens", screens: [before] });
    vi.runAllTimers();
    expect(name()).toBe("Bar");
    wall.receive({ type: "screens", screens: [{ ...before, name: "Door" }] });
    expect(name()).toBe("Door");
  });

  test("stays removed", () => {
    wall.receive({ type: "screens", screens: [before] });
    wall.arrange(changed);
    wall.receive({ type: "screens", screens: [before] });
    wall.receive({ type: "screen-removed", id: "screen-1" });
    vi.runAllTimers();
    expect(wall.screens.value.size).toBe(0);
  });
});

test("after another join the screens stay until the server has sent all", () => {
  wall.receive({ type: "screens", screens: [screenAt(0), screenAt(1)] });
  wall.begin(FIRST_SHOW, []);
  expect(wall.screens.value.size).toBe(2);
  wall.receive({ type: "screens", screens: [screenAt(1)] });
  expect([...wall.screens.value.keys()]).toEqual(["screen-1"]);
  wall.begin(FIRST_SHOW, []);
  wall.receive({ type: "screens", screens: [] });
  expect(wall.screens.value.size).toBe(0);
});

describe("what another program sets of the show", () => {
  const server: Show = { ...FIRST_SHOW, palette: "neon" };

  test("is followed at once", () => {
    wall.receive({ type: "show", show: server, at: 0 });
    expect(wall.show.value).toEqual(server);
  });

  test("stays where the host changes something else at the same time", () => {
    wall.setShow({ energy: 1.5 });
    wall.setShow({ energy: 2 });
    wall.receive({ type: "show", show: server, at: 0 });
    expect(wall.show.value).toEqual({ ...server, energy: 2 });
    vi.runAllTimers();
    expect(sent.at(-1)).toEqual({ type: "set-show", show: { ...server, energy: 2 } });
    for (const show of [
      { ...server, energy: 1.5 },
      { ...server, energy: 2, palette: "dusk" as const },
    ])
      wall.receive({ type: "show", show, at: 0 });
    expect(wall.show.value).toEqual({ ...server, energy: 2, palette: "dusk" });
  });
});
