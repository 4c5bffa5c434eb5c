import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FIRST_SHOW, NO_HAND } from "../../server/protocol/wall.ts";
import type { SavedWall } from "../../server/protocol/wall-schema.ts";
import { WallStore } from "../../server/wall-store.ts";
import { temporaryDirectory } from "../support/test-app.ts";

const DAY = 86_400_000;
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
  store = new WallStore(directory.path, DAY, log);
});

afterEach(async () => {
  await store.close();
  directory.remove();
});

test("a wall comes back after a restart", async () => {
  store.keep("AAAAA", () => WALL);
  await store.close();
  expect(new WallStore(directory.path, DAY, log).read("AAAAA")).toEqual(WALL);
  expect(readdirSync(join(directory.path, "walls"))).toEqual(["AAAAA.json"]);
});

test("a wall that was kept before there were modes comes back, and leaves them to its screens", () => {
  const { mode, ...show } = WALL.show;
  writeFileSync(join(directory.path, "walls", "AAAAA.json"), JSON.stringify({ ...WALL, show }));
  expect(store.read("AAAAA")).toEqual({ ...WALL, show: { ...show, mode: null } });
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

describe("sweeping", () => {
  const walls = () => readdirSync(join(directory.path, "walls")).toSorted();
  /** Keeps walls that were used so long ago, in ms. */
  async function keepAll(ages: Record<string, number>): Promise<void> {
    for (const code of Object.keys(ages)) store.keep(code, () => WALL);
    await store.close();
    for (const [code, age] of Object.entries(ages)) {
      const then = (Date.now() - age) / 1_000;
      utimesSync(join(directory.path, "walls", `${code}.json`), then, then);
    }
  }

  test("forgets what nobody has opened for too long, but not what is open", async () => {
    await keepAll({ AAAAA: DAY + 60_000, BBBBB: DAY - 60_000, CCCCC: 2 * DAY });
    await store.sweep((code) => code === "CCCCC");
    expect(walls()).toEqual(["BBBBB.json", "CCCCC.json"]);
  });

  test("keeps a wall that was opened meanwhile", async () => {
    await keepAll({ AAAAA: DAY + 60_000 });
    expect(store.read("AAAAA")).toEqual(WALL);
    await expect
      .poll(() => statSync(join(directory.path, "walls", "AAAAA.json")).mtimeMs)
      .toBeGreaterThan(Date.now() - DAY);
    await store.sweep(() => false);
    expect(walls()).toEqual(["AAAAA.json"]);
  });

  test("keeps no more than so many, those used last", async () => {
    await keepAll({ AAAAA: 3_000, BBBBB: 1_000, CCCCC: 2_000 });
    await store.sweep(() => false, 2);
    expect(walls()).toEqual(["BBBBB.json", "CCCCC.json"]);
  });

  test("clears away what a crash has left half written", async () => {
    await keepAll({ AAAAA: 0 });
    const left = join(directory.path, "walls", "BBBBB.json.new");
    writeFileSync(left, "{");
    utimesSync(left, 0, 0);
    await store.sweep(() => false);
    expect(walls()).toEqual(["AAAAA.json"]);
  });
});
