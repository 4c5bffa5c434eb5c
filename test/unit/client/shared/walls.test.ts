import { beforeEach, describe, expect, test } from "vitest";
import { forgetWall, keepWall, ownWall, ownWalls, WALLS_KEY } from "../../../../client/shared/walls.ts";
import { memoryStorage } from "../../../support/storage.ts";

describe("the walls of this browser", () => {
  let storage: Storage;
  beforeEach(() => {
    storage = memoryStorage();
  });

  test("include a wall that was kept, with its key", () => {
    keepWall({ code: "K7QXM", hostKey: "secret" }, storage);
    expect(ownWall("K7QXM", storage)?.hostKey).toBe("secret");
    expect(ownWall("ACDEF", storage)).toBeUndefined();
  });

  test("are in the order of keeping, the latest first, each code once", () => {
    keepWall({ code: "K7QXM", hostKey: "old" }, storage);
    keepWall({ code: "ACDEF", hostKey: "other" }, storage);
    keepWall({ code: "K7QXM", hostKey: "new" }, storage);
    expect(ownWalls(storage)).toEqual([
      { code: "K7QXM", hostKey: "new" },
      { code: "ACDEF", hostKey: "other" },
    ]);
  });

  test("are the latest eight", () => {
    for (const letter of "ACDEFGHJKM") keepWall({ code: `3333${letter}`, hostKey: letter }, storage);
    expect(ownWalls(storage).map(({ hostKey }) => hostKey)).toEqual([..."MKJHGFED"]);
  });

  test("no longer include a wall that was forgotten", () => {
    keepWall({ code: "K7QXM", hostKey: "a" }, storage);
    keepWall({ code: "ACDEF", hostKey: "b" }, storage);
    forgetWall("K7QXM", storage);
    expect(ownWalls(storage)).toEqual([{ code: "ACDEF", hostKey: "b" }]);
  });

  test.each(["", "no json", "null", "{}", '[null, 7, {"code":"K7QXM"}, {"code":"<b>","hostKey":"x"}]'])(
    "are none if storage holds %j",
    (stored) => {
      storage.setItem(WALLS_KEY, stored);
      expect(ownWalls(storage)).toEqual([]);
    },
  );

  test("are none if the browser forbids storage, and keeping one throws", () => {
    const forbidden = memoryStorage();
    forbidden.getItem = forbidden.setItem = () => {
      throw new DOMException("denied", "SecurityError");
    };
    expect(ownWalls(forbidden)).toEqual([]);
    expect(() => keepWall({ code: "K7QXM", hostKey: "secret" }, forbidden)).toThrow("denied");
  });
});
