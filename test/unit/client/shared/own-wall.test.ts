import { describe, expect, test } from "vitest";
import { cleanWallName, readOwnWall } from "../../../../client/shared/own-wall.ts";

const KEY = { code: "K7QXM", hostKey: "secret" };

describe("a wall's name", () => {
  test.each([
    ["  Summer \n party ", "Summer party"],
    ["Lumière", "Lumière"],
    ["قاعة", "قاعة"],
    // Marks that turn the direction of what follows.
    ["\u202eevil\u2066", "evil"],
    ["", ""],
    [" \u200b ", ""],
  ])("%j is kept as %j", (typed, kept) => {
    expect(cleanWallName(typed)).toBe(kept);
  });

  test("is cut after eighty units, never inside one", () => {
    expect(cleanWallName("🎈".repeat(50))).toBe("🎈".repeat(40));
    expect(cleanWallName("👩‍👩‍👧".repeat(11))).toBe("👩‍👩‍👧".repeat(10));
    expect(cleanWallName(`${"a".repeat(79)} b`)).toBe("a".repeat(79));
  });
});

describe("a wall that is read", () => {
  test("has all that it was kept with", () => {
    const wall = {
      ...KEY,
      password: "sesame",
      name: "Summer party",
      openedAt: 1,
      usedAt: 2,
      picture: "data:image/jpeg;base64,AAAA",
    };
    expect(readOwnWall(wall)).toEqual(wall);
  });

  test.each([
    { name: 7 },
    { name: " " },
    { openedAt: "yesterday" },
    { usedAt: Number.NaN },
    { usedAt: 1e300 },
    { usedAt: -1 },
    { picture: "data:image/svg+xml;base64,AAAA" },
    { picture: "javascript:alert(1)" },
    { picture: `data:image/png;base64,${"A".repeat(9_000)}` },
    { picture: 'data:image/png;base64,"><script>' },
    { password: "x".repeat(101) },
    { password: "" },
    { unknown: "x" },
  ])("has nothing of %j but its key", (more) => {
    expect(readOwnWall({ ...KEY, ...more })).toEqual(KEY);
  });

  test.each([
    null,
    7,
    "K7QXM",
    {},
    { code: "K7QXM" },
    { code: "<b>", hostKey: "x" },
    { code: "K7QXM", hostKey: "" },
    { code: "K7QXM", hostKey: "x".repeat(257) },
  ])("is none if it is %j", (value) => {
    expect(readOwnWall(value)).toBeUndefined();
  });
});
