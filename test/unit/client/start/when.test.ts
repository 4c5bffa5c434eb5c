import { describe, expect, test } from "vitest";
import { whenWords } from "../../../../client/start/when.ts";

/** Noon of a Thursday, in the time zone of the machine. */
const NOW = new Date(2026, 10, 26, 12).getTime();
const at = (month: number, day: number, hour: number, minute = 0) =>
  new Date(2026, month - 1, day, hour, minute).getTime();

describe("a wall was last used", () => {
  test.each([
    [NOW, "now"],
    [NOW + 5_000, "now"],
    [at(11, 26, 11, 55), "5 minutes ago"],
    [at(11, 26, 11), "1 hour ago"],
    [at(11, 26, 1), "11 hours ago"],
    [at(11, 25, 23), "yesterday"],
    [at(11, 24, 1), "2 days ago"],
    [at(11, 20, 23), "6 days ago"],
    [at(11, 19, 23), "Nov 19, 2026"],
    [at(3, 1, 12), "Mar 1, 2026"],
  ])("%i: %s", (when, words) => {
    expect(whenWords(when, NOW, ["en-US"])).toBe(words);
  });

  test("in the language of the browser", () => {
    expect(whenWords(at(11, 25, 12), NOW, ["de", "en"])).toBe("gestern");
    expect(whenWords(at(3, 1, 12), NOW, ["fr"])).toBe("1 mars 2026");
  });

  test("on another day, not so many times 24 hours ago", () => {
    expect(whenWords(at(11, 25, 8), at(11, 26, 22), ["en"])).toBe("yesterday");
    expect(whenWords(at(11, 24, 22), at(11, 26, 8), ["en"])).toBe("2 days ago");
  });

  test("a few minutes ago, although midnight lies between", () => {
    expect(whenWords(at(11, 25, 23, 50), at(11, 26, 0, 10), ["en"])).toBe("20 minutes ago");
  });
});
