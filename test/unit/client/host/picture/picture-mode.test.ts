import { type Signal, signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import { HostWall } from "../../../../../client/host/broadcast/host-wall.ts";
import { KeptLook } from "../../../../../client/host/picture/kept-look.ts";
import { PictureMode } from "../../../../../client/host/picture/picture-mode.ts";
import type { PictureSource } from "../../../../../server/protocol/messages.ts";
import { FIRST_SHOW, type Mode } from "../../../../../server/protocol/wall.ts";
import { memoryStorage } from "../../../../support/storage.ts";

let sent: Signal<PictureSource | undefined>;
const isJoined = signal(false);
let storage: Storage;
let wall: HostWall;
let mode: PictureMode;
const look = () => wall.show.peek().mode;

/** Loads the page of a wall that has a look. */
function load(look: Mode | null): void {
  // The page before has gone: what the new one is sent must not reach it.
  isJoined.value = false;
  sent = signal();
  wall = new HostWall(() => true);
  mode = new PictureMode(sent, wall, isJoined, new KeptLook("ABCD", storage));
  wall.begin({ ...FIRST_SHOW, mode: look }, []);
  isJoined.value = true;
}

beforeEach(() => {
  storage = memoryStorage();
  load("rings");
});

test("the wall shows the picture while there is one, and then what it showed before", () => {
  sent.value = "camera";
  expect([look(), mode.isNew.peek()]).toEqual(["picture", true]);
  sent.value = "screen";
  expect(look()).toBe("picture");
  sent.value = undefined;
  expect([look(), mode.isNew.peek()]).toEqual(["rings", false]);
});

test("that is one step, which can be undone", () => {
  sent.value = "camera";
  wall.history.undo();
  expect(look()).toBe("rings");
  expect(wall.history.last.peek()).toBeUndefined();
  wall.history.redo();
  expect(look()).toBe("picture");
});

test("undone by its own button, it is no step any more", () => {
  sent.value = "camera";
  mode.undo();
  expect([look(), mode.isNew.peek()]).toEqual(["rings", false]);
  expect(wall.history.last.peek()).toBeUndefined();
  sent.value = undefined;
  expect(look()).toBe("rings");
});

test("undone by its button right after the host has chosen a look, it goes back to that look", () => {
  // Changes of the look that are less than a second apart are one step.
  wall.setShow({ mode: "flow" });
  sent.value = "camera";
  mode.undo();
  expect(look()).toBe("flow");
});

test("undone by its button after another step, it undoes nothing but the look", () => {
  sent.value = "camera";
  wall.setShow({ energy: 2 });
  mode.undo();
  expect(wall.show.peek()).toMatchObject({ mode: "rings", energy: 2 });
});

test("a look that the host chooses while there is a picture stays after it", () => {
  sent.value = "camera";
  wall.setShow({ mode: "flow" });
  sent.value = undefined;
  expect(look()).toBe("flow");
});

test("a wall that shows the picture already is left alone", () => {
  wall.show.value = { ...FIRST_SHOW, mode: "picture" };
  sent.value = "film";
  expect([mode.isNew.peek(), wall.history.last.peek()]).toEqual([false, undefined]);
  sent.value = undefined;
  expect(look()).toBe("picture");
});

test.each(["rings", null] as const)(
  "a page that is loaded anew brings back the look %s of before",
  (before) => {
    load(before);
    sent.value = "camera";
    load("picture");
    expect([look(), mode.isNew.peek()]).toEqual([before, false]);
    load("picture");
    expect(look()).toBe("picture");
  },
);

test("a page that is loaded anew leaves another look alone, and forgets the one before", () => {
  sent.value = "camera";
  load("flow");
  expect(look()).toBe("flow");
  load("picture");
  expect(look()).toBe("picture");
});

test("a look of before that was brought back is not brought back by another page", () => {
  sent.value = "camera";
  mode.undo();
  load("picture");
  expect(look()).toBe("picture");
});

test("what the storage keeps in error is no look", () => {
  storage.setItem("lightwall.look-before-picture.ABCD", JSON.stringify({ mode: "fog" }));
  load("picture");
  expect(look()).toBe("picture");
});
