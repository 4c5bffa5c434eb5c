import { beforeEach, expect, test } from "vitest";
import { Part } from "../../../../../client/listener/paint/part.ts";
import { FIRST_SHOW, NO_HAND, type Screen, type Show } from "../../../../../server/protocol/wall.ts";

const SCREEN: Screen = {
  id: "screen-1",
  number: 3,
  name: "Door",
  x: 1,
  y: 0,
  width: 1,
  height: 1,
  band: null,
  locked: false,
  hand: NO_HAND,
};
const EXTENT = { x: 0, y: 0, width: 2, height: 1 };
const DEALT = { index: 0, of: 1 };

let part: Part;

beforeEach(() => {
  part = new Part();
});

function shows(change: Partial<Show>, at = 0): void {
  part.add({ show: { ...FIRST_SHOW, ...change }, at });
}

test("a change waits for its time on the wall clock", () => {
  shows({ rule: "same" }, 500);
  expect(part.advance(499)).toBe(false);
  expect(part.changing).toBe(true);
  expect(part.advance(500)).toBe(true);
  expect(part.show.rule).toBe("same");
  expect(part.changing).toBe(false);
});

test("without a wall clock there is nothing to wait for", () => {
  shows({ rule: "same" }, 500);
  expect(part.advance(undefined)).toBe(true);
});

test("the later of two changes that are due is the one that stays", () => {
  shows({ rule: "same" }, 100);
  shows({ rule: "octaves" }, 200);
  part.advance(300);
  expect(part.show.rule).toBe("octaves");
});

test("is alone and chooses its own band until the wall says otherwise", () => {
  expect([part.place.alone, part.band]).toEqual([true, undefined]);
  part.add({ place: { screen: SCREEN, dealt: DEALT, extent: EXTENT, alone: false }, at: 0 });
  shows({ rule: "octaves" });
  part.advance(1);
  expect([part.place.alone, part.band]).toEqual([false, { low: 62.5, high: 125 }]);
});

test("a person may choose a band where the host and the pattern leave one to choose", () => {
  const may = (change: Partial<Show>) => {
    shows(change);
    part.advance(1);
    return part.mayChooseBand;
  };
  expect(may({ rule: "octaves" })).toBe(true);
  expect(may({ rule: "octaves", ownBands: false })).toBe(false);
  expect(may({ pattern: "spectrum" })).toBe(false);
});

test("the host's hand on all and on this screen work together", () => {
  shows({ hand: { ...NO_HAND, brightness: 0.5, text: "All" } });
  const screen = { ...SCREEN, hand: { blackout: true, freeze: false, brightness: 0.5, text: "" } };
  part.add({ place: { screen, dealt: DEALT, extent: EXTENT, alone: false }, at: 0 });
  part.advance(1);
  expect(part.hand).toEqual({ blackout: true, freeze: false, brightness: 0.25, text: "All" });
});

test("a screen knows its number and name before its place comes into effect", () => {
  part.add({ place: { screen: SCREEN, dealt: DEALT, extent: EXTENT, alone: false }, at: 500 });
  expect(part.newest).toMatchObject({ number: 3, name: "Door" });
  expect(part.place.screen.id).toBe("");
  part.advance(500);
  expect(part.newest).toMatchObject({ number: 3, name: "Door" });
});
