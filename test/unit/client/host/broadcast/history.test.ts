import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { History } from "../../../../../client/host/broadcast/history.ts";
import { HostWall } from "../../../../../client/host/broadcast/host-wall.ts";
import type { ClientMessage } from "../../../../../server/protocol/messages.ts";
import { FIRST_SHOW } from "../../../../../server/protocol/wall.ts";
import { screenAt } from "../../light/painters.ts";

let time: number;
let sent: ClientMessage[];
let wall: HostWall;

beforeEach(() => {
  vi.useFakeTimers();
  time = 0;
  sent = [];
  const send = (message: ClientMessage) => {
    sent.push(message);
    return true;
  };
  wall = new HostWall(send, new History(() => time));
  wall.begin(FIRST_SHOW, []);
  wall.receive({ type: "screens", screens: [screenAt(0), screenAt(1)] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Does something long after what was done before. */
function later(act: () => void): void {
  time += 5_000;
  act();
}

const hand = (change: object) => ({ hand: { ...wall.show.value.hand, ...change } });

describe("the show", () => {
  test("is undone and done again step by step", () => {
    later(() => wall.setShow({ pattern: "beat" }));
    later(() => wall.setShow(hand({ blackout: true })));
    expect(wall.history.last.value?.label).toBe("blackout");
    wall.history.undo();
    expect(wall.show.value).toEqual({ ...FIRST_SHOW, pattern: "beat" });
    wall.history.undo();
    expect(wall.show.value).toEqual(FIRST_SHOW);
    expect(wall.history.last.value).toBeUndefined();
    wall.history.redo();
    wall.history.redo();
    expect(wall.show.value).toEqual({ ...FIRST_SHOW, pattern: "beat", ...hand({ blackout: true }) });
    vi.runAllTimers();
    expect(sent.at(-1)).toEqual({ type: "set-show", show: wall.show.value });
  });

  test("goes back over a drag of a slider in one step", () => {
    for (let step = 1; step <= 50; step++) {
      time += 16;
      wall.setShow(hand({ brightness: 1 - step / 100 }));
    }
    wall.history.undo();
    expect(wall.show.value).toEqual(FIRST_SHOW);
  });

  test("does not undo what followed by itself since", () => {
    later(() => wall.setShow(hand({ blackout: true })));
    later(() => wall.followShow({ mode: "flow" }));
    wall.history.undo();
    expect(wall.show.value).toEqual({ ...FIRST_SHOW, mode: "flow" });
  });

  test("keeps its limit of flashes: no undoing lifts it", () => {
    later(() => wall.setShow({ safety: "off" }));
    later(() => wall.setShow({ safety: "wall" }));
    wall.history.undo();
    expect(wall.show.value.safety).toBe("wall");
    expect(wall.history.last.value).toBeUndefined();
  });

  test("cannot be done again after something else was done", () => {
    later(() => wall.setShow({ pattern: "beat" }));
    wall.history.undo();
    later(() => wall.setShow({ pattern: "sweep" }));
    expect(wall.history.next.value).toBeUndefined();
  });

  test("has no step for a change that changes nothing", () => {
    wall.setShow({ pattern: FIRST_SHOW.pattern });
    expect(wall.history.last.value).toBeUndefined();
  });
});

describe("screens", () => {
  const first = () => wall.screens.value.get("screen-0")!;

  test("go back to their places, names and settings", () => {
    later(() => wall.arrange({ ...first(), x: 5 }, { ...wall.screens.value.get("screen-1")!, x: 0 }));
    expect(wall.history.last.value?.label).toBe("place of Screen 0");
    later(() => wall.arrange({ ...first(), name: "Stage" }));
    later(() => wall.arrange({ ...first(), locked: true }));
    expect(wall.history.last.value?.label).toBe("switching off Stage");
    for (let step = 0; step < 3; step++) wall.history.undo();
    expect([...wall.screens.value.values()]).toEqual([screenAt(0), screenAt(1)]);
  });

  test("that were tidied up go back, and are not placed by that", () => {
    later(() => wall.adjust([{ ...first(), x: 9 }]));
    expect(sent.at(-1)).toMatchObject({ type: "arrange", screens: [{ x: 9 }], keeps: false });
    wall.history.undo();
    expect(sent.at(-1)).toMatchObject({ type: "arrange", screens: [{ x: 0 }], keeps: false });
  });

  test("that were removed come back", () => {
    const gone = screenAt(1, { present: false });
    wall.receive({ type: "screens", screens: [gone] });
    later(() => wall.removeScreen());
    wall.receive({ type: "screen-removed", id: gone.id });
    expect(wall.history.last.value?.label).toBe("removing Screen 1");
    wall.history.undo();
    expect(sent.at(-1)).toMatchObject({ type: "arrange", screens: [{ id: gone.id, x: gone.x }] });
    // It is here again when the server says so: it may know it no more.
    expect(wall.screens.value.has(gone.id)).toBe(false);
    wall.receive({ type: "screens", screens: [gone] });
    wall.receive({ type: "screens", screens: [screenAt(0, { present: false })] });
    wall.history.redo();
    expect(sent.at(-1)).toEqual({ type: "remove-screen", id: gone.id });
  });
});

test("a change that the server cannot be told of is no step", () => {
  const cutOff = new HostWall(() => false);
  cutOff.begin(FIRST_SHOW, []);
  cutOff.receive({ type: "screens", screens: [screenAt(0), screenAt(1, { present: false })] });
  cutOff.arrange({ ...screenAt(0), name: "Stage" });
  cutOff.removeScreen();
  expect(cutOff.history.last.value).toBeUndefined();
});

test("words or a logo are undone, unless the shape before is of an earlier visit", () => {
  const stencil = { width: 1, height: 1, distances: "AA==" };
  later(() => wall.setStencil(stencil));
  wall.history.undo();
  expect(sent.at(-1)).toEqual({ type: "set-stencil", stencil: null });

  wall.begin({ ...FIRST_SHOW, stencil: "of-an-earlier-visit" }, []);
  later(() => wall.setStencil(stencil));
  expect(wall.history.last.value).toBeUndefined();
});
