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
    ["", "empty"],
    ["  ", "empty"],
    ["K7Q", "length"],
    ["K7QXMM", "length"],
    ["K7Q0M", "letters"],
    ["<i>/?", "letters"],
  ])("%j is refused as %j", (typed, problem) => {
    expect(readCode(typed)).toEqual({ problem });
  });
});
