import { describe, expect, test } from "vitest";
import { addedWords, keyFileName, readKeyFile, writeKeyFile } from "../../../../client/start/key-file.ts";

const WALLS = [
  { code: "K7QXM", hostKey: "a", name: "Summer party", openedAt: 1, usedAt: 2 },
  { code: "ACDEF", hostKey: "b", password: "sesame", picture: "data:image/webp;base64,AAAA" },
];

describe("a file of keys", () => {
  test("is read as it was written", () => {
    expect(readKeyFile(writeKeyFile(WALLS))).toEqual({ walls: WALLS });
  });

  test("is named after the day", () => {
    expect(keyFileName(Date.UTC(2026, 10, 26, 12))).toBe("lightwall-keys-2026-11-26.json");
  });

  test("may have walls that cannot be read; the others are", () => {
    const text = writeKeyFile([{ code: "<b>", hostKey: "x" }, ...WALLS]);
    expect(readKeyFile(text)).toEqual({ walls: WALLS });
  });

  test.each([
    ["", "otherFile"],
    ["a song", "otherFile"],
    ["null", "otherFile"],
    ["[]", "otherFile"],
    ['{"walls": []}', "otherFile"],
    ['{"format": "lightwall-keys", "version": 1}', "otherFile"],
    ['{"format": "lightwall-keys", "version": 2, "walls": []}', "otherVersion"],
    ['{"format": "lightwall-keys", "version": 1, "walls": []}', "noKey"],
    ['{"format": "lightwall-keys", "version": 1, "walls": [7, {"code": "K7QXM"}]}', "noKey"],
  ])("is none if it holds %j", (text, problem) => {
    expect(readKeyFile(text)).toEqual({ problem });
  });
});

describe("after a file was read, the page says", () => {
  test.each([
    [{ added: 1, updated: 0, refused: 0 }, "1 wall added."],
    [{ added: 12, updated: 1, refused: 0 }, "12 walls added. 1 wall updated."],
    [{ added: 0, updated: 0, refused: 0 }, "Nothing new: the walls of this file are here already."],
    [{ added: 1, updated: 0, refused: 3 }, "1 wall added. 3 walls left out: a browser keeps the keys of 50."],
  ])("of %j: %s", (added, words) => {
    expect(addedWords(added, 50)).toBe(words);
  });
});
