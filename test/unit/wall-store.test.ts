import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FIRST_SHOW, NO_HAND } from "../../server/protocol/wall.ts";
import type { SavedWall } from "../../server/protocol/wall-schema.ts";
import { WallStore } from "../../server/wall-store.ts";
import { temporaryDirectory } from "../support/test-app.ts";

const log = pino({ level: "silent" });
const WALL: SavedWall = {
  version: 1,
  show: { ...FIRST_SHOW, rule: "mirrored" },
  screens: [
    {
      id: "screen-1",
      number: 1,
      name: "Left",
      x: 3,
      y: 0,
      width: 2,
      height: 1,
      band: { low: 60, high: 250 },
      locked: false,
      hand: NO_HAND,
      touched: true,
    },
  ],
};

let directory: ReturnType<typeof temporaryDirectory>;
let store: WallStore;

beforeEach(() => {
  directory = temporaryDirectory();
  store = new WallStore(directory.path, log);
});

afterEach(async () => {
  await store.close();
  directory.remove();
});

test("a wall comes back after a restart", async () => {
  store.keep("AAAAA", () => WALL);
  await store.close();
  expect(new WallStore(directory.path, log).read("AAAAA")).toEqual(WALL);
  expect(readdirSync(join(directory.path, "walls"))).toEqual(["AAAAA.json"]);
});

test("what waits to be written is read already", () => {
  store.keep("AAAAA", () => WALL);
  expect(store.read("AAAAA")).toEqual(WALL);
});

test("what is written is the wall as it is then", async () => {
  let wall = WALL;
  store.keep("AAAAA", () => wall);
  wall = { ...WALL, screens: [] };
  await store.close();
  expect(store.read("AAAAA")?.screens).toEqual([]);
});

test("a wall that was never kept, or cannot be read, is none", () => {
  expect(store.read("AAAAA")).toBeUndefined();
  writeFileSync(join(directory.path, "walls", "BBBBB.json"), '{"version":1,"show":');
  writeFileSync(join(directory.path, "walls", "CCCCC.json"), '{"version":2}');
  expect(store.read("BBBBB")).toBeUndefined();
  expect(store.read("CCCCC")).toBeUndefined();
});

test("a wall that is over leaves nothing behind, not even what waited", async () => {
  store.keep("AAAAA", () => WALL);
  await store.close();
  store.keep("AAAAA", () => WALL);
  store.forget("AAAAA");
  await store.close();
  expect(existsSync(join(directory.path, "walls", "AAAAA.json"))).toBe(false);
});
