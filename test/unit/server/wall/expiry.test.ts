import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import type { SavedWall } from "../../../../server/protocol/wall-schema.ts";
import { WallStore } from "../../../../server/wall/store.ts";
import { silent as log } from "../../../support/logs.ts";
import { temporaryDirectory } from "../../../support/test-app.ts";

const DAY = 86_400_000;
const WALL: SavedWall = { version: 1, show: FIRST_SHOW, screens: [] };

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

describe("removing expired walls", () => {
  const walls = () => readdirSync(join(directory.path, "walls")).toSorted();
  /** Saves walls that were used so many ms ago. */
  async function keepAll(ages: Record<string, number>): Promise<void> {
    for (const code of Object.keys(ages)) store.keep(code, () => WALL);
    await store.close();
    for (const [code, age] of Object.entries(ages)) {
      const then = (Date.now() - age) / 1_000;
      utimesSync(join(directory.path, "walls", `${code}.json`), then, then);
    }
  }

  test("removes walls that have not been used for too long, except open ones", async () => {
    await keepAll({ AAAAA: DAY + 60_000, BBBBB: DAY - 60_000, CCCCC: 2 * DAY });
    await store.removeExpired((code) => code === "CCCCC");
    expect(walls()).toEqual(["BBBBB.json", "CCCCC.json"]);
  });

  test("updates the time of an open wall, so that it is not removed after a restart", async () => {
    await keepAll({ AAAAA: 2 * DAY });
    await store.removeExpired((code) => code === "AAAAA");
    await store.removeExpired(() => false);
    expect(walls()).toEqual(["AAAAA.json"]);
  });

  test("keeps a wall that is opened meanwhile, and one that waits to be written", async () => {
    await keepAll({ AAAAA: 2 * DAY, BBBBB: 2 * DAY });
    let asked = 0;
    store.keep("BBBBB", () => WALL);
    await store.removeExpired((code) => code === "AAAAA" && ++asked > 2);
    expect(walls()).toEqual(["AAAAA.json", "BBBBB.json"]);
  });

  test("ignores files that it cannot remove and files that belong to no wall", async () => {
    await keepAll({ AAAAA: 2 * DAY, CCCCC: 2 * DAY });
    const inTheWay = join(directory.path, "walls", "BBBBB.json");
    mkdirSync(join(inTheWay, "full"), { recursive: true });
    mkdirSync(join(directory.path, "walls", "lost+found"));
    for (const name of ["BBBBB.json", "lost+found"]) utimesSync(join(directory.path, "walls", name), 0, 0);
    await store.removeExpired(() => false);
    expect(walls()).toEqual(["BBBBB.json", "lost+found"]);
  });

  test("keeps at most the given number of walls, the most recently used", async () => {
    await keepAll({ AAAAA: 3_000, BBBBB: 1_000, CCCCC: 2_000 });
    await store.removeExpired(() => false, 2);
    expect(walls()).toEqual(["BBBBB.json", "CCCCC.json"]);
  });

  test("removes half-written files that a crash has left", async () => {
    await keepAll({ AAAAA: 0 });
    const left = join(directory.path, "walls", "BBBBB.json.new");
    writeFileSync(left, "{");
    utimesSync(left, 0, 0);
    await store.removeExpired(() => false);
    expect(walls()).toEqual(["AAAAA.json"]);
  });
});
