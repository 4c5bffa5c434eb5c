import { describe, expect, test } from "vitest";
import { readCode } from "../../../../server/protocol/typed-code.ts";

describe("a typed code", () => {
  test.each([
    "K7QXM",
    "k7qxm",
    " k7 qx-m ",
    "http://192.168.1.5:8080/w/K7QXM",
    "https://wall.example/w/k7qxm?band=60-250",
  ])("%j is read as K7QXM", (typed) => {
    expect(readCode(typed)).toEqual({ code: "K7QXM" });
  });

  test.each([
    ["", "Type the code"],
    ["  ", "Type the code"],
    ["K7Q", "5 characters"],
    ["K7QXMM", "5 characters"],
    ["K7Q0M", "never used"],
    ["<i>/?", "never used"],
  ])("%j is refused with a text that contains %j", (typed, words) => {
    expect(readCode(typed)).toEqual({ problem: expect.stringContaining(words) });
  });
});
