import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { moveAside, removeFile, writeFileAtomic } from "../../../../server/data/files.ts";
import { FIRST_SHOW, NO_HAND } from "../../../../server/protocol/wall.ts";
import type { SavedWall } from "../../../../server/protocol/wall-schema.ts";
import { WallStore } from "../../../../server/wall/store.ts";
import { silent as log, recordingLog } from "../../../support/logs.ts";
import { temporaryDirectory } from "../../../support/test-app.ts";

const DAY = 86_400_000;
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
      onWall: true,
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

test("a saved wall can be read after a restart", async () => {
  store.keep("AAAAA", () => WALL);
  await store.close();
  expect(new WallStore(directory.path, DAY, log).read("AAAAA")).toEqual({ state: "kept", wall: WALL });
  expect(readdirSync(join(directory.path, "walls"))).toEqual(["AAAAA.json"]);
});

test("a wall that was saved before modes existed is read with the mode null", () => {
  const { mode, ...show } = WALL.show;
  writeFileSync(join(directory.path, "walls", "AAAAA.json"), JSON.stringify({ ...WALL, show }));
  expect(store.read("AAAAA")).toEqual({
    state: "kept",
    wall: { ...WALL, show: { ...show, mode: null } },
  });
});

test("a wall that waits to be written can be read", () => {
  store.keep("AAAAA", () => WALL);
  expect(store.read("AAAAA")).toEqual({ state: "kept", wall: WALL });
  expect(store.has("AAAAA")).toBe(true);
});

test("a wall is written in its state at the time of writing", async () => {
  let wall = WALL;
  store.keep("AAAAA", () => wall);
  wall = { ...WALL, screens: [] };
  await store.close();
  expect(store.read("AAAAA")).toEqual({ state: "kept", wall });
});

test("there is no wall under a code that was never saved", () => {
  expect(store.read("AAAAA")).toEqual({ state: "none" });
  expect(store.has("AAAAA")).toBe(false);
});

test("a deleted wall leaves no file, even if it waited to be written", async () => {
  store.keep("AAAAA", () => WALL);
  await store.close();
  store.keep("AAAAA", () => WALL);
  store.forget("AAAAA");
  await store.close();
  expect(existsSync(join(directory.path, "walls", "AAAAA.json"))).toBe(false);
});

describe("when the disk fails", () => {
  const fault = (code: string) => Object.assign(new Error(code), { code });
  const path = (code: string) => join(directory.path, "walls", `${code}.json`);
  const onDisk = (code: string) => JSON.parse(readFileSync(path(code), "utf8"));
  const screens = (count: number): SavedWall => ({ ...WALL, screens: Array(count).fill(WALL.screens[0]) });
  /** The walls for which each operation fails now. */
  let fails: { [operation in "read" | "write" | "remove" | "moveAside"]?: RegExp };
  let tried: string[];
  let said: ReturnType<typeof recordingLog>;
  let failing: WallStore;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    fails = {};
    tried = [];
    said = recordingLog();
    const guarded = <A extends string[], R>(name: keyof typeof fails, act: (...args: A) => R) => {
      return (...args: A): R => {
        const code = args[0]?.slice(-10, -5) ?? "";
        tried.push(`${name} ${code}`);
        if (fails[name]?.test(code)) throw fault(name === "read" ? "EMFILE" : "ENOSPC");
        return act(...args);
      };
    };
    failing = new WallStore(directory.path, DAY, said.log, {
      read: guarded("read", (at: string) => readFileSync(at, "utf8")),
      write: guarded("write", writeFileAtomic),
      remove: guarded("remove", removeFile),
      moveAside: guarded("moveAside", (at: string) => moveAside(at)),
    });
  });
  afterEach(() => vi.useRealTimers());

  /** Runs timers and the real disk operations that they start. */
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      await vi.advanceTimersByTimeAsync(Math.min(500, left));
      await failing.idle;
    }
  }

  test("a failed write is retried at growing intervals, and then writes the current state", async () => {
    fails.write = /./;
    let count = 1;
    failing.keep("AAAAA", () => screens(count));
    await pass(60_000);
    expect(existsSync(path("AAAAA"))).toBe(false);
    // After 0.5, 1, 2, 4, 8 s, then every 15 s.
    expect(tried.length).toBeGreaterThan(6);
    expect(tried.length).toBeLessThan(11);
    fails = {};
    count = 3;
    await pass(15_000);
    expect(onDisk("AAAAA").screens).toHaveLength(3);
    expect(said.messages()).toContain("wall saved after a retry");
  });

  test("further changes of a wall do not cause further attempts while the disk is full", async () => {
    fails.write = /./;
    for (let n = 0; n < 60; n++) {
      failing.keep("AAAAA", () => WALL);
      await pass(500);
    }
    expect(tried.length).toBeLessThan(8);
    await failing.close();
  });

  test("a wall that cannot be written or removed does not delay others", async () => {
    fails = { write: /A/, remove: /B/ };
    failing.keep("CCCCC", () => WALL);
    await pass(1_000);
    failing.keep("AAAAA", () => WALL);
    writeFileSync(path("BBBBB"), "{}");
    failing.forget("BBBBB");
    failing.forget("CCCCC");
    failing.keep("DDDDD", () => WALL);
    await pass(1_000);
    expect([existsSync(path("CCCCC")), existsSync(path("DDDDD"))]).toEqual([false, true]);
    fails = {};
    await pass(15_000);
    expect([existsSync(path("AAAAA")), existsSync(path("BBBBB"))]).toEqual([true, false]);
  });

  test("after failures, only the latest of several saves and deletions of a wall counts", async () => {
    fails = { write: /./, remove: /./ };
    failing.keep("AAAAA", () => WALL);
    await pass(2_000);
    failing.forget("AAAAA");
    await pass(2_000);
    expect(failing.read("AAAAA")).toEqual({ state: "none" });
    failing.keep("AAAAA", () => screens(2));
    failing.keep("BBBBB", () => WALL);
    failing.forget("BBBBB");
    fails = {};
    await pass(20_000);
    expect(onDisk("AAAAA").screens).toHaveLength(2);
    expect(existsSync(path("BBBBB"))).toBe(false);
  });

  test("close retries failed writes, and logs the walls that it cannot write", async () => {
    vi.useRealTimers();
    fails.write = /A|B/;
    for (const code of ["AAAAA", "BBBBB", "CCCCC"]) failing.keep(code, () => WALL);
    setTimeout(() => (fails.write = /B/), 300);
    await failing.close();
    expect([existsSync(path("AAAAA")), existsSync(path("CCCCC"))]).toEqual([true, true]);
    expect(
      said.lines.filter(({ msg }) => msg === "wall not saved: the server stops").map(({ wall }) => wall),
    ).toEqual(["BBBBB"]);
  });

  test("an unreadable wall is not overwritten until it has been read", async () => {
    writeFileSync(path("AAAAA"), JSON.stringify(screens(30)));
    fails.read = /./;
    expect(failing.read("AAAAA")).toEqual({ state: "unread", wall: undefined });
    let now = screens(1);
    failing.readLater("AAAAA", (kept) => {
      now = { ...kept, screens: [...kept.screens, ...now.screens] };
      return true;
    });
    failing.keep("AAAAA", () => now);
    await pass(60_000);
    expect(onDisk("AAAAA").screens).toHaveLength(30);
    expect(failing.read("AAAAA")).toEqual({ state: "unread", wall: now });
    fails = {};
    await pass(15_000);
    expect(onDisk("AAAAA").screens).toHaveLength(31);
    expect(failing.read("AAAAA").state).toBe("kept");
  });

  test("a wall that may not be overwritten, once read, stays unchanged", async () => {
    writeFileSync(path("AAAAA"), JSON.stringify(screens(30)));
    fails.read = /./;
    failing.readLater("AAAAA", () => false);
    failing.keep("AAAAA", () => WALL);
    fails = {};
    await pass(15_000);
    expect(onDisk("AAAAA").screens).toHaveLength(30);
  });

  test("close leaves an unreadable wall unchanged, and logs it", async () => {
    vi.useRealTimers();
    writeFileSync(path("AAAAA"), JSON.stringify(screens(30)));
    fails.read = /./;
    failing.readLater("AAAAA", () => true);
    failing.keep("AAAAA", () => WALL);
    await failing.close();
    expect(onDisk("AAAAA").screens).toHaveLength(30);
    expect(said.messages()).toContain("wall not saved: the server stops");
  });

  test.each([
    ["half a wall", '{"version":1,"show":'],
    ["another version", '{"version":2}'],
    ["nothing", ""],
  ])("a file that contains %s is moved aside, and a new one is written", async (_, text) => {
    writeFileSync(path("AAAAA"), text);
    expect(failing.read("AAAAA")).toEqual({ state: "none" });
    const { aside } = said.lines.at(-1)!;
    expect(String(aside)).toMatch(/AAAAA\.json\.unreadable-\d{4}-/);
    failing.keep("AAAAA", () => WALL);
    await pass(1_000);
    expect(readFileSync(String(aside), "utf8")).toBe(text);
    expect(onDisk("AAAAA")).toEqual(WALL);
  });

  test("a damaged file that cannot be moved aside is not overwritten", async () => {
    writeFileSync(path("AAAAA"), "{");
    fails.moveAside = /./;
    expect(failing.read("AAAAA").state).toBe("unread");
    failing.readLater("AAAAA", () => true);
    failing.keep("AAAAA", () => WALL);
    await pass(30_000);
    expect(readFileSync(path("AAAAA"), "utf8")).toBe("{");
    fails = {};
    await pass(15_000);
    expect(onDisk("AAAAA")).toEqual(WALL);
    expect(
      readdirSync(join(directory.path, "walls")).filter((name) => name.includes("unreadable")),
    ).toHaveLength(1);
  });

  test("without the directory, such as on an unmounted volume, a wall counts as unreadable", () => {
    rmSync(join(directory.path, "walls"), { recursive: true });
    expect(failing.read("AAAAA").state).toBe("unread");
  });

  test("a failed write leaves neither a damaged wall nor a half-written file", async () => {
    writeFileSync(path("AAAAA"), JSON.stringify(WALL));
    // The rename fails after the file has been written.
    rmSync(path("BBBBB"), { force: true });
    mkdirSync(join(path("BBBBB"), "full"), { recursive: true });
    failing.keep("BBBBB", () => WALL);
    await pass(1_000);
    expect(readdirSync(join(directory.path, "walls"))).toEqual(["AAAAA.json", "BBBBB.json"]);
  });
});
