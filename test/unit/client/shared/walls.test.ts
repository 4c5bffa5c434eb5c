import { beforeEach, describe, expect, test } from "vitest";
import {
  addWalls,
  forgetWall,
  keepWall,
  noteWall,
  ownWall,
  ownWalls,
  renameWall,
  WALLS_KEY,
  WALLS_MAX,
} from "../../../../client/shared/walls.ts";
import { CODE_ALPHABET } from "../../../../server/protocol/format.ts";
import { memoryStorage } from "../../../support/storage.ts";

const PICTURE = "data:image/webp;base64,AAAA";
let storage: Storage;
beforeEach(() => {
  storage = memoryStorage();
});

/** The n-th of many different codes. */
function codeOf(n: number): string {
  const { length } = CODE_ALPHABET;
  return `333${CODE_ALPHABET[Math.floor(n / length)]}${CODE_ALPHABET[n % length]}`;
}

/** Keeps this many walls, one a millisecond. */
function keepMany(count: number): void {
  for (let n = 0; n < count; n++) keepWall({ code: codeOf(n), hostKey: `key ${n}` }, storage, n + 1);
}

const codes = () => ownWalls(storage).map(({ code }) => code);

describe("the walls of this browser", () => {
  test("include a wall that was kept, with its key and its dates", () => {
    keepWall({ code: "K7QXM", hostKey: "secret" }, storage, 1_000);
    expect(ownWall("K7QXM", storage)).toEqual({
      code: "K7QXM",
      hostKey: "secret",
      openedAt: 1_000,
      usedAt: 1_000,
    });
    expect(ownWall("ACDEF", storage)).toBeUndefined();
  });

  test("are in the order of use, the latest first, each code once", () => {
    keepWall({ code: "K7QXM", hostKey: "old" }, storage, 1);
    keepWall({ code: "ACDEF", hostKey: "other" }, storage, 2);
    keepWall({ code: "K7QXM", hostKey: "new" }, storage, 3);
    expect(ownWalls(storage).map(({ hostKey }) => hostKey)).toEqual(["new", "other"]);
    noteWall("ACDEF", { usedAt: 4 }, storage);
    expect(ownWalls(storage).map(({ hostKey }) => hostKey)).toEqual(["other", "new"]);
  });

  test("are fifty; the one that was not used for the longest time makes room", () => {
    keepMany(WALLS_MAX);
    expect(ownWalls(storage)).toHaveLength(50);
    // The first one was used again, so that the second one goes.
    noteWall(codeOf(0), { usedAt: 100 }, storage);
    keepWall({ code: "K7QXM", hostKey: "secret" }, storage, 101);
    expect(codes()).toHaveLength(50);
    expect(codes().slice(0, 2)).toEqual(["K7QXM", codeOf(0)]);
    expect(codes()).not.toContain(codeOf(1));
  });

  test("include a new one although the computer's clock was ahead before", () => {
    keepMany(WALLS_MAX);
    for (let n = 0; n < WALLS_MAX; n++) noteWall(codeOf(n), { usedAt: 9_000_000 }, storage);
    keepWall({ code: "K7QXM", hostKey: "secret" }, storage, 200);
    expect(ownWall("K7QXM", storage)).toBeDefined();
  });

  test("include those that earlier versions kept, in their order", () => {
    const old = [
      { code: "K7QXM", hostKey: "a", password: "sesame" },
      { code: "ACDEF", hostKey: "b" },
    ];
    storage.setItem(WALLS_KEY, JSON.stringify(old));
    expect(ownWalls(storage)).toEqual(old);
    noteWall("ACDEF", { usedAt: 5 }, storage);
    expect(ownWalls(storage)).toEqual([{ ...old[1], usedAt: 5 }, old[0]]);
  });

  test("no longer include a wall that was forgotten", () => {
    keepWall({ code: "K7QXM", hostKey: "a" }, storage);
    keepWall({ code: "ACDEF", hostKey: "b" }, storage);
    forgetWall("K7QXM", storage);
    expect(codes()).toEqual(["ACDEF"]);
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

describe("a kept wall", () => {
  beforeEach(() => {
    keepWall({ code: "K7QXM", hostKey: "secret" }, storage, 1);
    renameWall("K7QXM", "Summer party", storage);
    noteWall("K7QXM", { picture: PICTURE }, storage);
  });

  test("keeps its name, date and picture when its password is set and taken away", () => {
    keepWall({ code: "K7QXM", hostKey: "secret", password: "sesame" }, storage, 2);
    const kept = { code: "K7QXM", hostKey: "secret", name: "Summer party", openedAt: 1, picture: PICTURE };
    expect(ownWall("K7QXM", storage)).toEqual({ ...kept, usedAt: 2, password: "sesame" });
    keepWall({ code: "K7QXM", hostKey: "secret" }, storage, 3);
    expect(ownWall("K7QXM", storage)).toEqual({ ...kept, usedAt: 3 });
  });

  test("keeps its password when it is named or seen", () => {
    keepWall({ code: "K7QXM", hostKey: "secret", password: "sesame" }, storage, 2);
    renameWall("K7QXM", "Winter party", storage);
    noteWall("K7QXM", { usedAt: 3 }, storage);
    expect(ownWall("K7QXM", storage)).toMatchObject({ password: "sesame", name: "Winter party", usedAt: 3 });
  });

  test("has nothing of an earlier wall with the same code and another key", () => {
    keepWall({ code: "K7QXM", hostKey: "another" }, storage, 9);
    expect(ownWall("K7QXM", storage)).toEqual({
      code: "K7QXM",
      hostKey: "another",
      openedAt: 9,
      usedAt: 9,
    });
  });

  test("loses its name if it is given an empty one", () => {
    expect(renameWall("K7QXM", "  ", storage)).toBe(true);
    expect(ownWall("K7QXM", storage)).not.toHaveProperty("name");
  });

  test("does not take a picture that is too large or none, and keeps the one that it has", () => {
    const large = `data:image/webp;base64,${"A".repeat(8_192)}`;
    for (const picture of [large, "data:text/html;base64,AAAA", "https://elsewhere.example/x.png"])
      expect(noteWall("K7QXM", { picture, usedAt: 7 }, storage), picture.slice(0, 30)).toBe(false);
    expect(ownWall("K7QXM", storage)).toMatchObject({ picture: PICTURE, usedAt: 1 });
  });

  test("is not made by naming or seeing one that this browser has no key of", () => {
    expect(renameWall("ACDEF", "No wall", storage)).toBe(false);
    expect(noteWall("ACDEF", { usedAt: 1 }, storage)).toBe(false);
    expect(codes()).toEqual(["K7QXM"]);
  });

  test("keeps its key in a full storage, at the price of pictures", () => {
    const set = storage.setItem.bind(storage);
    storage.setItem = (key, value) => {
      if (value.includes("data:image")) throw new DOMException("full", "QuotaExceededError");
      set(key, value);
    };
    keepWall({ code: "ACDEF", hostKey: "new" }, storage, 5);
    expect(codes()).toEqual(["ACDEF", "K7QXM"]);
    expect(ownWall("K7QXM", storage)).toMatchObject({ hostKey: "secret", name: "Summer party" });
  });
});

describe("walls of another browser", () => {
  test("are added; of two states of one wall the newer one stays, with the name that it had", () => {
    keepWall({ code: "K7QXM", hostKey: "a", password: "old" }, storage, 10);
    renameWall("K7QXM", "Summer party", storage);
    keepWall({ code: "ACDEF", hostKey: "b" }, storage, 20);
    const result = addWalls(
      [
        { code: "K7QXM", hostKey: "a", usedAt: 15 },
        { code: "ACDEF", hostKey: "forged", usedAt: 5 },
        { code: "33333", hostKey: "c", usedAt: 12 },
      ],
      storage,
      30,
    );
    expect(result).toEqual({ added: 1, updated: 1, refused: 0 });
    expect(ownWalls(storage)).toEqual([
      { code: "ACDEF", hostKey: "b", openedAt: 20, usedAt: 20 },
      { code: "K7QXM", hostKey: "a", name: "Summer party", openedAt: 10, usedAt: 15 },
      { code: "33333", hostKey: "c", usedAt: 12 },
    ]);
  });

  test("never push out walls that are here", () => {
    keepMany(WALLS_MAX - 1);
    const result = addWalls(
      [
        { code: "ACDEF", hostKey: "older", usedAt: 1_000 },
        { code: "K7QXM", hostKey: "newer", usedAt: 2_000 },
      ],
      storage,
      3_000,
    );
    expect(result).toEqual({ added: 1, updated: 0, refused: 1 });
    expect(codes()).toContain("K7QXM");
    expect(codes()).toContain(codeOf(0));
    expect(codes()).toHaveLength(WALLS_MAX);
  });

  test("were not used in the future", () => {
    addWalls([{ code: "K7QXM", hostKey: "a", openedAt: 50, usedAt: 99 }], storage, 60);
    expect(ownWall("K7QXM", storage)).toMatchObject({ openedAt: 50, usedAt: 60 });
  });
});
