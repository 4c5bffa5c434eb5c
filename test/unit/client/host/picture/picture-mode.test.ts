import { signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import { HostWall } from "../../../../../client/host/broadcast/host-wall.ts";
import { PictureMode } from "../../../../../client/host/picture/picture-mode.ts";
import type { PictureSource } from "../../../../../server/protocol/messages.ts";
import { FIRST_SHOW } from "../../../../../server/protocol/wall.ts";

const sent = signal<PictureSource | undefined>();
let wall: HostWall;
let mode: PictureMode;
const look = () => wall.show.peek().mode;

beforeEach(() => {
  sent.value = undefined;
  wall = new HostWall(() => true);
  wall.show.value = { ...FIRST_SHOW, mode: "rings" };
  mode = new PictureMode(sent, wall);
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
