import { beforeEach, describe, expect, it } from "vitest";
import { forgetWall, keepWall, ownWall, ownWalls, WALLS_KEY } from "../../../../client/shared/walls.ts";
import { memoryStorage } from "../../../support/storage.ts";

describe("walls of this browser", () => {
  let storage: Storage;
  beforeEach(() => {
    storage = memoryStorage();
  });

  it("gives back the key of a wall that was kept", () => {
    keepWall({ code: "K7QXM", hostKey: "secret" }, storage);
    expect(ownWall("K7QXM", storage)?.hostKey).toBe("secret");
    expect(ownWall("ACDEF", storage)).toBeUndefined();
  });

  it("lists the latest wall first, each code once", () => {
    keepWall({ code: "K7QXM", hostKey: "old" }, storage);
    keepWall({ code: "ACDEF", hostKey: "other" }, storage);
    keepWall({ code: "K7QXM", hostKey: "new" }, storage);
    expect(ownWalls(storage)).toEqual([
      { code: "K7QXM", hostKey: "new" },
      { code: "ACDEF", hostKey: "other" },
    ]);
  });

  it("keeps the latest eight", () => {
    for (const letter of "ACDEFGHJKM") keepWall({ code: `3333${letter}`, hostKey: letter }, storage);
    expect(ownWalls(storage).map(({ hostKey }) => hostKey)).toEqual([..."MKJHGFED"]);
  });

  it("forgets a wall that is over, and no other", () => {
    keepWall({ code: "K7QXM", hostKey: "a" }, storage);
    keepWall({ code: "ACDEF", hostKey: "b" }, storage);
    forgetWall("K7QXM", storage);
    expect(ownWalls(storage)).toEqual([{ code: "ACDEF", hostKey: "b" }]);
  });

  it.each(["", "no json", "null", "{}", '[null, 7, {"code":"K7QXM"}, {"code":"<b>","hostKey":"x"}]'])(
    "takes %j in storage for no walls",
    (stored) => {
      storage.setItem(WALLS_KEY, stored);
      expect(ownWalls(storage)).toEqual([]);
    },
  );

  it("has no walls where the browser forbids storage, and says so when one is to be kept", () => {
    const forbidden = memoryStorage();
    forbidden.getItem = forbidden.setItem = () => {
      throw new DOMException("denied", "SecurityError");
    };
    expect(ownWalls(forbidden)).toEqual([]);
    expect(() => keepWall({ code: "K7QXM", hostKey: "secret" }, forbidden)).toThrow("denied");
  });
});
