import { describe, expect, test } from "vitest";
import { COLUMN_IDS, COLUMNS } from "../../../../client/admin/columns.ts";
import { refusalWords, serverFigures, spanWords } from "../../../../client/admin/figures.ts";
import { STATUS, SUMMARY } from "../../../support/web-servers.ts";

describe("a length of time", () => {
  test.each([
    [0, "0 min"],
    [59, "0 min"],
    [60, "1 min"],
    [3_599, "59 min"],
    [3_600, "1 h 0 min"],
    [86_399, "23 h 59 min"],
    [86_400, "1 d 0 h"],
    [280_000, "3 d 5 h"],
  ])("of %i s is %s", (seconds, words) => {
    expect(spanWords(seconds)).toBe(words);
  });
});

describe("the server", () => {
  test("is told as its load beside its limits", () => {
    const lines = serverFigures(STATUS).map(({ name, value, note }) => `${name}: ${value} ${note}`.trim());
    expect(lines).toEqual([
      "Walls: 2 of 100",
      "Screens: 30 up to 5,000 a wall",
      "Connecting: 4 of 4,000",
      "Main thread late by: 1.5 ms full above 500 ms",
      "Memory: 90 MB",
      "Up for: 1 h 0 min version 1.2.3",
    ]);
  });

  test("says why it refuses new pages, and nothing while it admits them", () => {
    expect(refusalWords(STATUS)).toBe("");
    expect(refusalWords({ ...STATUS, refusal: "server-full" })).toContain("more to do than it can");
    expect(refusalWords({ ...STATUS, refusal: "server-stopping" })).toContain("stopping");
  });
});

describe("a wall in the table", () => {
  const words = (wall: typeof SUMMARY) => COLUMN_IDS.map((id) => COLUMNS[id].words(wall));

  test("is told in words", () => {
    expect(words(SUMMARY)).toEqual(["AAAAA", "Live", "30", "29", "20 ms", "0 %", "5 min"]);
  });

  test("may have a password, and a round trip that nobody knows", () => {
    const wall = { ...SUMMARY, hasPassword: true, stats: { ...SUMMARY.stats, roundTripMs: null } };
    expect(words(wall).slice(1, 5)).toEqual(["Live, with password", "30", "29", "–"]);
  });
});
